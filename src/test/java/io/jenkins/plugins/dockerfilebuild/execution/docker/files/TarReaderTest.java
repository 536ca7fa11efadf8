package io.jenkins.plugins.dockerfilebuild.execution.docker.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.dockerfilebuild.content.Bytes;
import io.jenkins.plugins.dockerfilebuild.execution.docker.transfer.TransferFixture;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TarReaderTest {

  private static final Bytes BINARY = Bytes.of(new byte[] {0, (byte) 0xff, '\n', '=', (byte) 0x80});

  @Test
  void extendedAttributesAreBytesAndBelongToTheirFile() throws IOException {
    FileAttributes with = withXattrs(Map.of("security.capability", BINARY, "user.x", BINARY));
    byte[] archive =
        TransferFixture.tar(
            tar -> {
              tar.directory("/d", TransferFixture.attributes(0755, 0, 0));
              TransferFixture.text(tar, "/d/with", with, "x".repeat(1000));
              TransferFixture.text(tar, "/d/" + "long".repeat(60), with, "");
              TransferFixture.text(
                  tar, "/d/" + "l".repeat(150), TransferFixture.attributes(0644, 0, 0), "y");
            });

    try (TarReader reader = new TarReader(new ByteArrayInputStream(archive))) {
      for (int expected : List.of(0, 2, 2, 0)) {
        assertThat(reader.next()).isPresent();
        assertThat(reader.attributes().xattrs()).hasSize(expected).doesNotContainValue(null);
      }
      assertThat(reader.next()).isEmpty();
    }
  }

  @Test
  void whatIsWrittenIsReadBack() throws IOException {
    FileAttributes with = withXattrs(Map.of("security.capability", BINARY));
    String name = "/d\u00e9/" + "long/".repeat(40) + "f";
    byte[] archive = TransferFixture.tar(tar -> TransferFixture.text(tar, name, with, "content"));

    try (TarReader reader = new TarReader(new ByteArrayInputStream(archive))) {
      assertThat(reader.next().orElseThrow().getName()).isEqualTo(name.substring(1));
      assertThat(reader.attributes()).isEqualTo(with);
      assertThat(reader.content()).hasContent("content");
    }
  }

  @Test
  void noDamageMakesItThrowAnythingButItsOwnError() throws IOException {
    FileAttributes with = withXattrs(Map.of("security.capability", BINARY));
    byte[] archive =
        TransferFixture.tar(
            tar -> {
              TransferFixture.text(tar, "/a", with, "a");
              TransferFixture.text(tar, "/b", with, "b");
            });
    Random random = new Random(11);
    for (int round = 0; round < 3000; round++) {
      byte[] damaged = Arrays.copyOf(archive, archive.length);
      for (int i = 0; i < 4; i++) {
        damaged[random.nextInt(4096)] = (byte) random.nextInt(256);
      }
      try (TarReader reader = new TarReader(new ByteArrayInputStream(damaged))) {
        while (reader.next().isPresent()) {
          assertThat(reader.attributes().xattrs().size()).isLessThan(3);
        }
      } catch (IOException damage) {
        assertThat(damage).hasMessageNotContaining("NullPointer");
      }
    }
  }

  @Test
  void aNumberThatIsNoneIsAnErrorOfTheArchive() throws IOException {
    byte[] archive =
        TransferFixture.tar(
            tar -> TransferFixture.text(tar, "/a", TransferFixture.attributes(0644, 0, 0), "a"));
    archive[124] = 'z';

    try (TarReader reader = new TarReader(new ByteArrayInputStream(archive))) {
      assertThatThrownBy(reader::next).isInstanceOf(IOException.class);
    }
  }

  private static FileAttributes withXattrs(Map<String, Bytes> xattrs) {
    return new FileAttributes(0755, 1, 2, TransferFixture.NOW, xattrs);
  }
}
