package potik.flink;

import java.nio.ByteBuffer;

/** Frames on their way into a part of the core, many for one call. Used by the task's thread. */
final class Inbox {
  /** When so much has gathered it goes in. */
  static final int BYTES_MAX = 1 << 20;

  private final NativeHost host;
  private ByteBuffer slab;
  private int size;

  Inbox(NativeHost host) {
    this.host = host;
    this.slab = host.slab(BYTES_MAX);
  }

  void add(byte[] frame) {
    int needed = Integer.BYTES + frame.length;
    if (size + needed > slab.capacity()) {
      flush();
      slab = host.slab(needed);
    }
    slab.putInt(size, frame.length);
    slab.put(size + Integer.BYTES, frame);
    size += needed;
  }

  /** After this the core has all frames. */
  void flush() {
    if (size == 0) return;
    int pushed = size;
    size = 0;
    host.push(pushed);
  }
}
