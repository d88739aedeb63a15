package potik.flink;

/** What the core refused or failed at, in its own words. */
final class HostException extends RuntimeException {
  private static final long serialVersionUID = 1;

  HostException(String message) {
    super(message);
  }
}
