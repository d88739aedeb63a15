package potik.flink;

import java.util.function.Consumer;

/** Where viewers hear from the judges. Used by the task's thread. */
interface BundleSource extends AutoCloseable {
  /** Gives what has come to `frames`; waits a moment if nothing has. */
  void poll(Consumer<byte[]> frames) throws InterruptedException;

  @Override
  void close();
}
