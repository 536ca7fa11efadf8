package io.jenkins.plugins.dockerfilebuild.execution.docker.engine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.dockerfilebuild.content.Digest;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LayerSieveTest {

  private static final Digest BASE = Digest.of("base");
  private static final Digest SHARED = Digest.of("shared");
  private static final Digest NEW = Digest.of("new");
  private static final List<Digest> LAYERS = List.of(BASE, SHARED, NEW);

  @TempDir private Path spool;

  /** Layers in the order of their folders' names, the manifest after them, as engines write. */
  private static byte[] archive(int base, int shared, int changed) throws IOException {
    Map<String, String> files = new LinkedHashMap<>();
    files.put("1/layer.tar", "n".repeat(changed));
    files.put("2/layer.tar", "b".repeat(base));
    files.put("3/layer.tar", "s".repeat(shared));
    files.put("config.json", "{}");
    files.put(
        "manifest.json", "[{\"Layers\": [\"2/layer.tar\", \"3/layer.tar\", \"1/layer.tar\"]}]");
    return tar(files);
  }

  private static byte[] tar(Map<String, String> files) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
      for (Map.Entry<String, String> file : files.entrySet()) {
        byte[] content = file.getValue().getBytes(UTF_8);
        TarArchiveEntry entry = new TarArchiveEntry(file.getKey());
        entry.setSize(content.length);
        tar.putArchiveEntry(entry);
        tar.write(content);
        tar.closeArchiveEntry();
      }
    }
    return bytes.toByteArray();
  }

  private static Map<String, String> files(byte[] archive) throws IOException {
    Map<String, String> files = new LinkedHashMap<>();
    try (TarArchiveInputStream tar = new TarArchiveInputStream(new ByteArrayInputStream(archive))) {
      for (TarArchiveEntry entry; (entry = tar.getNextEntry()) != null; ) {
        files.put(entry.getName(), new String(tar.readAllBytes(), UTF_8));
      }
    }
    return files;
  }

  private Map<String, String> passed(byte[] archive, Set<Digest> omit, Map<Digest, Long> known)
      throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (LayerSieve sieve = new LayerSieve(LAYERS, omit, known, spool)) {
      sieve.pass(new ByteArrayInputStream(archive), out);
    }
    try (Stream<Path> left = Files.list(spool)) {
      assertThat(left).isEmpty();
    }
    return files(out.toByteArray());
  }

  @Test
  void layersThatTheReceiverHasAreLeftOutWhetherTheirSizeIsKnownOrNot() throws IOException {
    byte[] archive = archive(10, 2_000, 3_000);
    Set<Digest> omit = Set.of(BASE, SHARED);
    assertThat(passed(archive, omit, Map.of()))
        .containsOnlyKeys("1/layer.tar", "config.json", "manifest.json")
        .containsEntry("1/layer.tar", "n".repeat(3_000));
    assertThat(passed(archive, omit, Map.of(BASE, 10L, SHARED, 2_000L)))
        .containsOnlyKeys("1/layer.tar", "config.json", "manifest.json");
  }

  @Test
  void aNewLayerOfTheSizeOfAnOldOneIsSentAllTheSame() throws IOException {
    assertThat(
            passed(
                archive(10, 2_000, 2_000), Set.of(BASE, SHARED), Map.of(BASE, 10L, SHARED, 2_000L)))
        .containsEntry("1/layer.tar", "n".repeat(2_000))
        .doesNotContainKeys("2/layer.tar", "3/layer.tar");
  }

  @Test
  void aSizeThatIsRememberedWronglyCostsBytesAndNoLayer() throws IOException {
    assertThat(passed(archive(10, 2_000, 3_000), Set.of(SHARED), Map.of(SHARED, 3_000L)))
        .containsKeys("1/layer.tar", "2/layer.tar", "3/layer.tar");
  }

  @Test
  void whatIsSurelyNewPassesWhileTheEngineStillWrites() throws IOException {
    byte[] archive = archive(10, 2_000, 300_000);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int before = 512 + 200_000;
    InputStream stops =
        new InputStream() {
          private final InputStream in = new ByteArrayInputStream(archive, 0, before);

          @Override
          public int read() throws IOException {
            int one = in.read();
            if (one < 0) {
              assertThat(out.size()).isGreaterThan(100_000);
              throw new IOException("the engine is gone");
            }
            return one;
          }

          @Override
          public int read(byte[] bytes, int offset, int length) throws IOException {
            int count = in.read(bytes, offset, length);
            return count < 0 ? read() : count;
          }
        };
    try (LayerSieve sieve = new LayerSieve(LAYERS, Set.of(BASE), Map.of(BASE, 10L), spool)) {
      assertThatThrownBy(() -> sieve.pass(stops, out)).hasMessage("the engine is gone");
    }
  }

  @Test
  void sizesAreLearned() throws IOException {
    try (LayerSieve sieve = new LayerSieve(LAYERS, Set.of(), Map.of(), spool)) {
      assertThat(
              sieve.pass(
                  new ByteArrayInputStream(archive(10, 2_000, 3_000)), new ByteArrayOutputStream()))
          .containsExactlyInAnyOrderEntriesOf(Map.of(BASE, 10L, SHARED, 2_000L, NEW, 3_000L));
    }
  }

  @Test
  void anArchiveWithoutManifestIsRefused() throws IOException {
    byte[] archive = tar(Map.of("1/layer.tar", "x"));
    assertThatThrownBy(() -> passed(archive, Set.of(), Map.of()))
        .hasMessageContaining("no manifest");
  }
}
