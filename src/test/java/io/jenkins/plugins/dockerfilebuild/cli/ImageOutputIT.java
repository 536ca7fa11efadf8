package io.jenkins.plugins.dockerfilebuild.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.dockerfilebuild.content.Digest;
import io.jenkins.plugins.dockerfilebuild.execution.docker.TestEngine;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code --output}: what is written of a built image, from a real engine. */
class ImageOutputIT {

  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path directory;
  private Path context;

  @BeforeEach
  void aContext() throws IOException {
    context = Files.createDirectory(directory.resolve("context"));
  }

  private void dockerfile(String... lines) throws IOException {
    Files.writeString(context.resolve("Dockerfile"), String.join("\n", lines) + "\n");
  }

  private CommandRun build(String... options) {
    List<String> all = new ArrayList<>(List.of("build"));
    all.addAll(List.of("--agent", "a1=" + TestEngine.first().host()));
    all.addAll(List.of("--state", directory.resolve("state").toString()));
    all.addAll(List.of(options));
    all.add(context.toString());
    CommandRun run = CommandRun.withInput("", Map.of(), all.toArray(String[]::new));
    assertThat(run.status()).as(run.err()).isZero();
    return run;
  }

  /** Files of a tar archive by name. */
  private static Map<String, byte[]> members(Path archive) throws IOException {
    Map<String, byte[]> members = new TreeMap<>();
    try (InputStream file = Files.newInputStream(archive);
        TarArchiveInputStream tar = new TarArchiveInputStream(file)) {
      TarArchiveEntry entry = tar.getNextEntry();
      for (; entry != null; entry = tar.getNextEntry()) {
        members.put(entry.getName(), tar.readAllBytes());
      }
    }
    return members;
  }

  private static boolean isDevice(Path archive, String name) throws IOException {
    try (InputStream file = Files.newInputStream(archive);
        TarArchiveInputStream tar = new TarArchiveInputStream(file)) {
      TarArchiveEntry entry = tar.getNextEntry();
      while (!entry.getName().equals(name)) {
        entry = tar.getNextEntry();
      }
      return entry.isCharacterDevice();
    }
  }

  /** The blob that a descriptor names, with the size and the digest that it says. */
  private static byte[] blob(Map<String, byte[]> layout, JsonNode descriptor) {
    Digest digest = Digest.parse(descriptor.get("digest").asText());
    byte[] blob = layout.get("blobs/sha256/" + digest.hex());
    assertThat(Digest.of(blob)).isEqualTo(digest);
    assertThat(blob).hasSize(descriptor.get("size").asInt());
    return blob;
  }

  @Test
  void anOciArchiveIsALayoutWhoseDigestsHold() throws IOException {
    dockerfile(
        "FROM " + TestEngine.BUSYBOX,
        "RUN echo " + UUID.randomUUID() + " > /file",
        "RUN echo two > /two",
        "CMD [\"cat\", \"/file\"]");
    Path archive = directory.resolve("image.oci.tar");
    String[] options = {
      "-t", "example/app:1", "-t", "other", "--output", "type=oci,dest=" + archive
    };
    CommandRun run = build(options);

    assertThat(run.err()).contains("wrote an OCI archive of the image to " + archive);
    Map<String, byte[]> layout = members(archive);
    assertThat(JSON.readTree(layout.get("oci-layout")).get("imageLayoutVersion").asText())
        .isEqualTo("1.0.0");
    JsonNode index = JSON.readTree(layout.get("index.json"));
    assertThat(index.get("manifests")).hasSize(2);
    assertThat(index.at("/manifests/0/annotations").toString())
        .contains("docker.io/example/app:1", "\"org.opencontainers.image.ref.name\":\"1\"");
    JsonNode manifest = JSON.readTree(blob(layout, index.at("/manifests/0")));
    JsonNode config = JSON.readTree(blob(layout, manifest.get("config")));
    assertThat(config.at("/config/Cmd/1").asText()).isEqualTo("/file");
    assertThat(manifest.get("layers")).hasSize(3);
    for (int layer = 0; layer < 3; layer++) {
      JsonNode descriptor = manifest.get("layers").get(layer);
      byte[] content = blob(layout, descriptor);
      assertThat(descriptor.get("digest")).isEqualTo(config.at("/rootfs/diff_ids").get(layer));
      try (var tar = new TarArchiveInputStream(new ByteArrayInputStream(content))) {
        assertThat(tar.getNextEntry()).isNotNull();
      }
    }

    byte[] first = Files.readAllBytes(archive);
    build(options);
    assertThat(archive).as("the same image is the same archive").hasBinaryContent(first);
  }

  @Test
  void theFilesOfTheFinalStageInADirectory() throws IOException {
    dockerfile(
        "FROM " + TestEngine.BUSYBOX + " AS build",
        "RUN mkdir -p /out/bin && echo "
            + UUID.randomUUID()
            + " > /out/bin/program"
            + " && chmod 4755 /out/bin/program && ln -s bin/program /out/link"
            + " && ln /out/bin/program /out/hard && mknod /out/device c 1 3",
        "FROM " + TestEngine.BUSYBOX + " AS check",
        "RUN --mount=from=build,source=/out,target=/m [ -L /m/link ] && [ ! -e /m/device ]"
            + " && touch /ok",
        "FROM scratch",
        "COPY --from=check /ok /",
        "COPY --from=build /out /");
    Path target = directory.resolve("files");
    Files.createDirectories(target.resolve("bin"));
    Files.writeString(target.resolve("bin/mine"), "mine");
    Path archive = directory.resolve("files.tar");
    build("-o", target.toString(), "-o", "type=tar,dest=" + archive);

    Path program = target.resolve("bin/program");
    assertThat(Files.getAttribute(program, "unix:mode")).isEqualTo(0104755);
    assertThat(Files.readSymbolicLink(target.resolve("link"))).isEqualTo(Path.of("bin/program"));
    assertThat(target.resolve("hard")).hasSameBinaryContentAs(program);
    assertThat(Files.exists(target.resolve("device"), LinkOption.NOFOLLOW_LINKS)).isFalse();
    assertThat(isDevice(archive, "device")).as("COPY takes devices for what they are").isTrue();
    assertThat(target.resolve("bin/mine")).hasContent("mine");
    assertThat(target.resolve("etc")).doesNotExist();
  }

  @Test
  void aPlaceThatCannotBeWrittenIsToldAndTheImageStays() throws IOException {
    dockerfile("FROM " + TestEngine.BUSYBOX, "RUN true");
    Path file = Files.writeString(directory.resolve("file"), "");
    List<String> arguments = new ArrayList<>(List.of("build"));
    arguments.addAll(List.of("--agent", "a1=" + TestEngine.first().host()));
    arguments.addAll(List.of("--state", directory.resolve("state").toString()));
    arguments.addAll(List.of("-o", "type=oci,dest=" + file.resolve("x.tar"), context.toString()));
    CommandRun run = CommandRun.withInput("", Map.of(), arguments.toArray(String[]::new));

    assertThat(run.status()).isEqualTo(1);
    assertThat(run.err()).contains("is built, but cannot be written to " + file.resolve("x.tar"));
  }
}
