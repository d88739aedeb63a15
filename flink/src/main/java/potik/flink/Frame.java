package potik.flink;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * The head of a frame (src/host/frame.h): what Java looks at of the bytes that go between the parts
 * of the core. All else in them is the core's. Threads: all methods are pure.
 */
final class Frame {
  static final int VERSION = 1;
  /** Version, kind, key group, slice. */
  static final int HEAD_BYTES = 12;
  static final int ALL_KEY_GROUPS = 0xffff;

  static final int RECORDS = 1;
  static final int CATALOGUE = 2;
  static final int BUNDLE = 5;
  static final int RESULT = 6;

  static final VarHandle SHORT =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
  static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final int SLICE_AT = 4;

  private Frame() {}

  /** Throws IllegalArgumentException if these bytes are no frame of this version. */
  static int kind(byte[] frame) {
    if (frame.length < HEAD_BYTES || frame[0] != VERSION) {
      throw new IllegalArgumentException(
          "Not a frame of version " + VERSION + ": " + frame.length + " bytes"
              + (frame.length > 0 ? ", the first is " + frame[0] : ""));
    }
    return frame[1];
  }

  static int keyGroup(byte[] frame) {
    return Short.toUnsignedInt((short) SHORT.get(frame, 2));
  }

  static long slice(byte[] frame) {
    return (long) LONG.get(frame, SLICE_AT);
  }

  static void setSlice(byte[] frame, long slice) {
    LONG.set(frame, SLICE_AT, slice);
  }

  static void writeHead(byte[] frame, int kind, int keyGroup, long slice) {
    frame[0] = VERSION;
    frame[1] = (byte) kind;
    SHORT.set(frame, 2, (short) keyGroup);
    setSlice(frame, slice);
  }
}
