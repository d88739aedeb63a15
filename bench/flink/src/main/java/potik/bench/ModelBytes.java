package potik.bench;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** A model in a checkpoint, and back. Threads: the model's owner. */
final class ModelBytes {
  private ModelBytes() {}

  static byte[] save(Model model) {
    ByteBuffer out = ByteBuffer.allocate(bytesMost(model));
    model.ranker.save(out);
    save(model.totals, out);
    out.putInt(model.size());
    for (int handle = 1; handle <= model.size(); ++handle) save(model.at(handle), out);
    byte[] bytes = new byte[out.position()];
    out.flip().get(bytes);
    return bytes;
  }

  static void load(ByteBuffer in, Model model) {
    model.ranker.load(in);
    load(model.totals, in);
    for (int left = in.getInt(); left > 0; --left) load(model, in);
  }

  private static int bytesMost(Model model) {
    int bytes = model.ranker.bytes() + 1024;
    for (int handle = 1; handle <= model.size(); ++handle) {
      Video video = model.at(handle);
      int characters = video.id.length() + length(video.title) + length(video.authorId)
          + length(video.language);
      for (String tag : video.tagNames) characters += tag.length() + Integer.BYTES;
      bytes += 3 * characters + 256 + 12 * video.row.count;
    }
    return bytes;
  }

  private static int length(String text) {
    return text == null ? 0 : text.length();
  }

  private static void put(String text, ByteBuffer out) {
    byte[] bytes = text == null ? new byte[0] : text.getBytes(StandardCharsets.UTF_8);
    out.putInt(bytes.length).put(bytes);
  }

  private static String text(ByteBuffer in) {
    byte[] bytes = new byte[in.getInt()];
    in.get(bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static void save(Model.Totals totals, ByteBuffer out) {
    out.putLong(totals.pairs).putLong(totals.now);
    totals.trend.save(out);
    totals.pairsNow.save(out);
    totals.likedNow.save(out);
    for (Decayed each : totals.shows) each.save(out);
  }

  private static void load(Model.Totals totals, ByteBuffer in) {
    totals.pairs = in.getLong();
    totals.now = in.getLong();
    totals.trend.load(in);
    totals.pairsNow.load(in);
    totals.likedNow.load(in);
    for (Decayed each : totals.shows) each.load(in);
  }

  private static void save(Video video, ByteBuffer out) {
    put(video.id, out);
    put(video.title, out);
    put(video.authorId, out);
    put(video.language, out);
    out.putInt(video.tagNames.length);
    for (String tag : video.tagNames) put(tag, out);
    out.putLong(video.publishedAt).putInt(video.durationMs).putInt(video.version);
    out.putInt(video.impressions).putInt(video.plays).putInt(video.positives).putInt(video.skips);
    out.putInt(video.likes).putInt(video.comments).putInt(video.pairs);
    for (Decayed each : video.sums()) each.save(out);
    NeighbourRow row = video.row;
    out.putInt(row.scale).putInt(row.count);
    for (int i = 0; i < row.video.length; ++i) {
      if (row.video[i] == 0) continue;
      out.putInt(row.video[i]).putFloat(row.weight[i]).putFloat(row.liked[i]);
    }
  }

  private static void load(Model model, ByteBuffer in) {
    Video video = model.intern(text(in));
    VideoDocument document = new VideoDocument();
    document.title = text(in);
    document.authorId = text(in);
    document.language = text(in);
    document.tags = new String[in.getInt()];
    for (int i = 0; i < document.tags.length; ++i) document.tags[i] = text(in);
    document.publishedAt = in.getLong();
    document.durationMs = in.getInt();
    video.put(document);
    video.version = in.getInt();
    video.impressions = in.getInt();
    video.plays = in.getInt();
    video.positives = in.getInt();
    video.skips = in.getInt();
    video.likes = in.getInt();
    video.comments = in.getInt();
    video.pairs = in.getInt();
    for (Decayed each : video.sums()) each.load(in);
    video.row.scale = in.getInt();
    for (int left = in.getInt(); left > 0; --left) {
      video.row.add(in.getInt(), in.getFloat(), in.getFloat(), video.row.scale);
    }
  }
}
