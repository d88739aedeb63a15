package potik.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateFolderTest {
  @TempDir Path parent;

  @Test
  void aNewOrEmptyFolderIsTaken() throws IOException {
    StateFolder folder = new StateFolder(parent.resolve("new").toString());
    folder.claim();
    folder.claim();
    folder.write(StateFolder.part("viewers", 7), new byte[] {1, 2});
    assertThat(parent.resolve("new/viewers-007")).hasBinaryContent(new byte[] {1, 2});
    assertThatThrownBy(folder::claim).isInstanceOf(IOException.class)
        .hasMessageContaining("is not empty");
  }

  @Test
  void nothingIsWrittenOver() throws IOException {
    Files.write(parent.resolve("model"), new byte[] {1});
    StateFolder folder = new StateFolder(parent.toString());
    assertThatThrownBy(() -> folder.write("model", new byte[] {2})).isInstanceOf(IOException.class)
        .hasMessageContaining("cannot be written (--export)");
    assertThat(parent.resolve("model")).hasBinaryContent(new byte[] {1});
  }
}
