package io.jenkins.plugins.dockerfilebuild.archive;

import static io.jenkins.plugins.dockerfilebuild.execution.docker.transfer.TransferFixture.attributes;
import static io.jenkins.plugins.dockerfilebuild.execution.docker.transfer.TransferFixture.tar;
import static io.jenkins.plugins.dockerfilebuild.execution.docker.transfer.TransferFixture.text;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.dockerfilebuild.content.Bytes;
import io.jenkins.plugins.dockerfilebuild.content.FileNames;
import io.jenkins.plugins.dockerfilebuild.execution.docker.files.FileAttributes;
import io.jenkins.plugins.dockerfilebuild.execution.docker.files.TarReader;
import io.jenkins.plugins.dockerfilebuild.execution.docker.transfer.TransferFixture;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The files of images whose layers are made here. */
class RootFilesystemArchiveTest {

  private static final String NO_TEXT = FileNames.text(new byte[] {'c', 'a', 'f', (byte) 0xe9});

  /** cap_setuid=ep: 0x80 is no text in any encoding that matters. */
  private static final Bytes CAPABILITY =
      Bytes.of(Arrays.copyOf(new byte[] {1, 0, 0, 2, (byte) 0x80}, 20));

  @TempDir private Path directory;

  @Test
  void namesAndAttributesAreKeptByteForByte() throws IOException {
    String longName = "l".repeat(150) + NO_TEXT;
    FileAttributes capable =
        new FileAttributes(
            0755, 7, 8, TransferFixture.NOW, Map.of("security.capability", CAPABILITY));
    byte[] below =
        tar(
            tar -> {
              text(tar, "/" + NO_TEXT, capable, "x");
              text(tar, "/" + longName, capable, "y");
              tar.hardLink("/hard", capable, "/" + NO_TEXT);
              tar.symbolicLink("/soft", attributes(0777, 0, 0), NO_TEXT);
            });

    assertThat(files(below))
        .containsExactly(
            "caf\u00e9 with " + CAPABILITY + "x",
            "l".repeat(150) + "caf\u00e9 with " + CAPABILITY + "y",
            "hard -> caf\u00e9",
            "soft -> caf\u00e9");
  }

  @Test
  void aHardLinkToWhatALayerAboveReplacesBecomesAFileUnderItsOwnName() throws IOException {
    byte[] below =
        tar(
            tar -> {
              text(tar, "/old", attributes(0644, 0, 0), "x");
              tar.hardLink("/" + NO_TEXT, attributes(0644, 0, 0), "/old");
              text(tar, "/gone", attributes(0644, 0, 0), "z");
            });
    byte[] above =
        tar(
            tar -> {
              text(tar, "/old", attributes(0644, 0, 0), "new");
              text(tar, "/.wh.gone", attributes(0644, 0, 0), "");
            });

    assertThat(files(below, above)).containsExactly("caf\u00e9x", "oldnew");
  }

  /** Names in one byte each character, in order, with targets, capabilities and content. */
  private List<String> files(byte[]... layers) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    RootFilesystemArchive.write(saved(layers), out);
    List<String> files = new ArrayList<>();
    try (TarReader tar = new TarReader(new ByteArrayInputStream(out.toByteArray()))) {
      for (var entry = tar.next(); entry.isPresent(); entry = tar.next()) {
        String link = tar.linkBytes().isEmpty() ? "" : " -> " + tar.linkBytes();
        Bytes capability = tar.attributes().xattrs().get("security.capability");
        String with = capability == null || !link.isEmpty() ? "" : " with " + same(capability);
        String content = new String(tar.content().readAllBytes(), UTF_8);
        files.add(tar.nameBytes() + link + with + content);
      }
    }
    return files;
  }

  private static Object same(Bytes capability) {
    return capability.equals(CAPABILITY) ? capability : "others";
  }

  /** As {@code docker save} writes it. */
  private Path saved(byte[]... layers) throws IOException {
    Path file = directory.resolve("image.tar");
    List<String> names = new ArrayList<>();
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(Files.newOutputStream(file))) {
      for (byte[] layer : layers) {
        names.add("\"" + names.size() + "\"");
        put(tar, String.valueOf(names.size() - 1), layer);
      }
      String manifest = "[{\"Layers\":[" + String.join(",", names) + "]}]";
      put(tar, "manifest.json", manifest.getBytes(UTF_8));
    }
    return file;
  }

  private static void put(TarArchiveOutputStream tar, String name, byte[] content)
      throws IOException {
    TarArchiveEntry entry = new TarArchiveEntry(name);
    entry.setSize(content.length);
    tar.putArchiveEntry(entry);
    tar.write(content);
    tar.closeArchiveEntry();
  }
}
