package potik.bench;

import java.io.Serializable;

/** A video's metadata, as it is broadcast. */
public final class VideoDocument implements Serializable {
  private static final long serialVersionUID = 1;

  public String id = "";
  public String title = "";
  public String authorId = "";
  public String language = "";
  public String[] tags = {};
  public int durationMs;
  public long publishedAt;
}
