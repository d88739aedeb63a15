package potik.flink;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/**
 * A part of the core: src/host/potik_host.h, whose contract holds here too. What it refuses becomes
 * a HostException. Memory is the core's own and freed by close(), which must be called. Used by one
 * thread at a time.
 */
final class NativeHost implements AutoCloseable {
  enum Role {
    SPLITTER(1),
    VIEWERS(2),
    JUDGE(3);

    private final int code;

    Role(int code) {
      this.code = code;
    }
  }

  private static final int SPAN = 2;

  private long handle;
  private ByteBuffer slab = ByteBuffer.allocate(0);

  /** `settings`: the JSON object of potik_host_create(). */
  NativeHost(Role role, String settings) {
    NativeLibrary.load();
    long[] made = new long[1];
    int code = create(role.code, settings.getBytes(StandardCharsets.UTF_8), made);
    handle = made[0];
    if (handle == 0) throw new HostException("There is no memory for a part of Potik's core");
    try {
      check(code);
    } catch (HostException e) {
      close();
      throw e;
    }
  }

  /** For frames going in; the same until a larger one is asked for. At its position 0. */
  ByteBuffer slab(int size) {
    if (slab.capacity() < size) {
      slab = slab(open(), size);
      if (slab == null) throw new HostException("There is no slab of " + size + " bytes");
      slab.order(ByteOrder.LITTLE_ENDIAN);
    }
    return slab.clear();
  }

  /** Takes the frames in the first `size` bytes of the slab. */
  void push(int size) {
    check(push(open(), size));
  }

  void advance(long slice) {
    check(advance(open(), slice));
  }

  boolean waits() {
    return waits(open()) != 0;
  }

  long slice() {
    return slice(open());
  }

  /** Gives all frames that have come out to `frames`, one by one. */
  void take(Consumer<byte[]> frames) {
    long[] span = new long[SPAN];
    check(take(open(), span));
    ByteBuffer bytes = view(span);
    while (bytes.hasRemaining()) {
      byte[] frame = new byte[bytes.getInt()];
      bytes.get(frame);
      frames.accept(frame);
    }
  }

  byte[] save(int keyGroup) {
    long[] span = new long[SPAN];
    check(save(open(), keyGroup, span));
    return copy(span);
  }

  void restore(int keyGroup, byte[] state) {
    check(restore(open(), keyGroup, state));
  }

  void start() {
    check(start(open()));
  }

  /** A JSON object; after it nothing but save() is of use. */
  String settle() {
    long[] span = new long[SPAN];
    check(settle(open(), span));
    return new String(copy(span), StandardCharsets.UTF_8);
  }

  /** A flat JSON object of numbers. */
  String metrics() {
    long[] span = new long[SPAN];
    check(metrics(open(), span));
    return new String(copy(span), StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    long closing = handle;
    handle = 0;
    slab = ByteBuffer.allocate(0);
    if (closing != 0) close(closing);
  }

  private static byte[] copy(long[] span) {
    ByteBuffer bytes = view(span);
    byte[] copy = new byte[bytes.remaining()];
    bytes.get(copy);
    return copy;
  }

  private static ByteBuffer view(long[] span) {
    if (span[1] > Integer.MAX_VALUE) {
      throw new HostException(
          "The core gave " + span[1] + " bytes at once, more than Java can hold");
    }
    return span[1] == 0 ? ByteBuffer.allocate(0)
        : view(span[0], span[1]).order(ByteOrder.LITTLE_ENDIAN);
  }

  private long open() {
    if (handle == 0) throw new IllegalStateException("This part of Potik's core is closed");
    return handle;
  }

  private void check(int code) {
    if (code == 0) return;
    throw new HostException(
        new String(error(handle), StandardCharsets.UTF_8) + " (code " + code + ")");
  }

  // As in potik_host.h, behind native/jni.cc. A span is address and size.
  static native int version();

  static native byte[] unfit();

  private static native int create(int role, byte[] settings, long[] handle);

  private static native void close(long handle);

  private static native byte[] error(long handle);

  private static native ByteBuffer slab(long handle, long size);

  private static native int push(long handle, long size);

  private static native int advance(long handle, long slice);

  private static native int waits(long handle);

  private static native long slice(long handle);

  private static native int take(long handle, long[] span);

  private static native int save(long handle, int keyGroup, long[] span);

  private static native int restore(long handle, int keyGroup, byte[] state);

  private static native int start(long handle);

  private static native int settle(long handle, long[] span);

  private static native int metrics(long handle, long[] span);

  private static native ByteBuffer view(long address, long size);
}
