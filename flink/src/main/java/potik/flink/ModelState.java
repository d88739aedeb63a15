package potik.flink;

import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.OperatorStateStore;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;

/**
 * The model, of which every subtask holds an equal copy: written once, by one of them, and read by
 * all. In pieces, each with its number and how many there are, because no list may hold one that is
 * very large.
 */
final class ModelState {
  static final int PIECE_BYTES_MAX = 1 << 20;
  private static final int HEAD_BYTES = 8;

  private final ListState<byte[]> pieces;

  ModelState(OperatorStateStore store) throws Exception {
    pieces = store.getUnionListState(new ListStateDescriptor<>(
        "model", PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO));
  }

  /** Of the subtask that writes for all; the others call clear(). */
  void save(NativeHost host) throws Exception {
    pieces.update(cut(host.save(Frame.ALL_KEY_GROUPS), PIECE_BYTES_MAX));
  }

  void clear() {
    pieces.clear();
  }

  void restore(NativeHost host) throws Exception {
    host.restore(Frame.ALL_KEY_GROUPS, join(pieces.get()));
    pieces.clear();
  }

  static List<byte[]> cut(byte[] whole, int bytesMax) {
    int count = Math.max(1, (whole.length + bytesMax - 1) / bytesMax);
    List<byte[]> cut = new ArrayList<>(count);
    for (int i = 0; i < count; ++i) {
      int from = i * bytesMax;
      int size = Math.min(bytesMax, whole.length - from);
      byte[] piece = new byte[HEAD_BYTES + size];
      Frame.INT.set(piece, 0, i);
      Frame.INT.set(piece, 4, count);
      System.arraycopy(whole, from, piece, HEAD_BYTES, size);
      cut.add(piece);
    }
    return cut;
  }

  /** In whatever order they come; throws IllegalStateException unless all are there, each once. */
  static byte[] join(Iterable<byte[]> pieces) {
    byte[][] inOrder = null;
    int came = 0;
    int size = 0;
    for (byte[] piece : pieces) {
      int number = (int) Frame.INT.get(piece, 0);
      int count = (int) Frame.INT.get(piece, 4);
      if (inOrder == null) inOrder = new byte[count][];
      if (count != inOrder.length || inOrder[number] != null) {
        throw new IllegalStateException("The checkpoint holds more than one model");
      }
      inOrder[number] = piece;
      size += piece.length - HEAD_BYTES;
      ++came;
    }
    if (inOrder == null || came != inOrder.length) {
      throw new IllegalStateException("The checkpoint holds " + came + " pieces of the model of "
          + (inOrder == null ? "none" : inOrder.length));
    }
    byte[] whole = new byte[size];
    int at = 0;
    for (byte[] piece : inOrder) {
      System.arraycopy(piece, HEAD_BYTES, whole, at, piece.length - HEAD_BYTES);
      at += piece.length - HEAD_BYTES;
    }
    return whole;
  }
}
