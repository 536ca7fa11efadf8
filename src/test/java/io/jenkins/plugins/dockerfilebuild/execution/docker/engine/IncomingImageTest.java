package io.jenkins.plugins.dockerfilebuild.execution.docker.engine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Archives of images from agents that mean well, and from others. */
class IncomingImageTest {

  private static final String A = "a".repeat(64);
  private static final String B = "b".repeat(64);

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes);

  private IncomingImageTest add(String name, String content) throws IOException {
    return add(new TarArchiveEntry(name), content);
  }

  private IncomingImageTest link(String name, byte kind, String target) throws IOException {
    TarArchiveEntry entry = new TarArchiveEntry(name, kind);
    entry.setLinkName(target);
    return add(entry, "");
  }

  private IncomingImageTest add(TarArchiveEntry entry, String content) throws IOException {
    entry.setSize(content.length());
    tar.putArchiveEntry(entry);
    tar.write(content.getBytes(UTF_8));
    tar.closeArchiveEntry();
    return this;
  }

  /** Names to contents, or {@code -> TARGET}. */
  private Map<String, String> passed() throws IOException {
    tar.finish();
    ByteArrayInputStream archive = new ByteArrayInputStream(bytes.toByteArray());
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    IncomingImage.pass(archive, new DockerIntake.Nameless(), out);
    assertThat(archive.available()).as("what was not read").isZero();
    Map<String, String> files = new LinkedHashMap<>();
    try (var in = new TarArchiveInputStream(new ByteArrayInputStream(out.toByteArray()))) {
      for (TarArchiveEntry entry; (entry = in.getNextEntry()) != null; ) {
        String content = new String(in.readAllBytes(), UTF_8);
        files.put(entry.getName(), entry.isSymbolicLink() ? "-> " + entry.getLinkName() : content);
      }
    }
    return files;
  }

  @Test
  void whatEnginesSavePassesWithoutNames() throws IOException {
    add(A + "/", "").add(A + "/VERSION", "1.0").add(A + "/json", "{}");
    add(A + "/layer.tar", "layer")
        .link(B + "/layer.tar", TarConstants.LF_SYMLINK, "../" + A + ".tar");
    add("blobs/", "").add("blobs/sha256/", "").add("blobs/sha256/" + B, "blob");
    add("repositories", "{\"base\": {}}").add("index.json", "{}").add("oci-layout", "{}");
    add(
        "manifest.json",
        "[{\"Config\": \"c\", \"RepoTags\": [\"base:1\"], \"Layers\": [\"l\"], \"Other\": 1}]");

    assertThat(passed())
        .containsOnlyKeys(
            A + "/",
            A + "/VERSION",
            A + "/json",
            A + "/layer.tar",
            B + "/layer.tar",
            "blobs/",
            "blobs/sha256/",
            "blobs/sha256/" + B,
            "manifest.json")
        .containsEntry(A + "/layer.tar", "layer")
        .containsEntry(B + "/layer.tar", "-> ../" + A + ".tar")
        .containsEntry(
            "manifest.json", "[{\"Config\":\"c\",\"RepoTags\":null,\"Layers\":[\"l\"]}]");
  }

  @ParameterizedTest
  @ValueSource(strings = {"./manifest.json", "x/../manifest.json", "../x", "/etc/passwd", "x"})
  void aFileOfAnotherNameIsRefused(String name) throws IOException {
    add(name, "[]");
    assertThatThrownBy(this::passed)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("holds what no image's does");
  }

  @ParameterizedTest
  @CsvSource({
    "manifest.json, 2, other",
    "manifest.json, 1, other",
    "x, 2, .",
    "repositories, 2, other",
    "LAYER, 2, ../manifest.json",
    "LAYER, 1, manifest.json"
  })
  void aLinkThatIsNoLayerIsRefused(String name, char kind, String target) throws IOException {
    link(name.replace("LAYER", A + "/layer.tar"), (byte) kind, target);
    assertThatThrownBy(this::passed)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("holds what no image's does");
  }

  @ParameterizedTest
  @ValueSource(strings = {"[]", "{}", "[{}, {}]", "[[]]", "1"})
  void aManifestOfSomethingElseIsRefused(String manifest) throws IOException {
    add("manifest.json", manifest);
    assertThatThrownBy(this::passed)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("a manifest of something else");
  }
}
