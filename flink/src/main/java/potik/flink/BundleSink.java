package potik.flink;

import java.io.IOException;

/** Where judges write for all viewers. Used by the task's thread. */
interface BundleSink extends AutoCloseable {
  void send(byte[] frame);

  /** Returns when all that was sent is written. */
  void flush() throws IOException, InterruptedException;

  @Override
  void close();
}
