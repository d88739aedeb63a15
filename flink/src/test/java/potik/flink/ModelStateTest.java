package potik.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ModelStateTest {
  @Test
  void piecesInAnyOrderAreTheWhole() {
    Random random = new Random(1);
    for (int size : new int[] {0, 1, 9, 10, 11, 1000}) {
      byte[] whole = new byte[size];
      random.nextBytes(whole);
      List<byte[]> pieces = ModelState.cut(whole, 10);
      Collections.shuffle(pieces, random);
      assertThat(ModelState.join(pieces)).isEqualTo(whole);
    }
  }

  @Test
  void missingOrDoubledPiecesAreRefused() {
    List<byte[]> pieces = ModelState.cut(new byte[35], 10);
    List<byte[]> doubled = new ArrayList<>(pieces);
    doubled.add(pieces.get(0));
    for (var wrong : List.of(List.<byte[]>of(), pieces.subList(1, 4), doubled)) {
      assertThatThrownBy(() -> ModelState.join(wrong)).isInstanceOf(IllegalStateException.class);
    }
  }
}
