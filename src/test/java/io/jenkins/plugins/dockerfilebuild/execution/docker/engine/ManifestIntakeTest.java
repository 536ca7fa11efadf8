package io.jenkins.plugins.dockerfilebuild.execution.docker.engine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.dockerfilebuild.content.Digest;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Images for engines that know them by their manifests. */
@Timeout(60)
class ManifestIntakeTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String HERE = "sha256:" + "1".repeat(64);
  private static final String BLOBS = "blobs/sha256/";
  private static final Digest LOWER = Digest.of("what the lower layer unpacks to");
  private static final Digest UPPER = Digest.of("what the upper layer unpacks to");

  /** What the layers' archives are, here and elsewhere. */
  private static final String PACKED_HERE = "lower, packed on this engine";

  private FakeEngine fake;
  private ManifestIntake intake;

  @BeforeEach
  void anEngineWithTheLowerLayer() throws IOException {
    fake = new FakeEngine();
    EngineImages images = new EngineImages(fake.engine());
    intake = new ManifestIntake(images, new KnownLayers(fake.engine(), images));
    fake.answers("GET /images/json", 200, "[{\"Id\":\"" + HERE + "\"}]")
        .answers(
            "GET /images/" + HERE + "/json", 200, "{\"RootFS\":{\"Layers\":[\"" + LOWER + "\"]}}")
        .answers("GET /images/get", 200, saved());
  }

  @AfterEach
  void close() {
    fake.close();
  }

  /** As an engine saves an image of an index, with a manifest of another platform in it. */
  private static String saved() throws IOException {
    byte[] other = configuration(UPPER);
    byte[] otherManifest = manifest(other, "x");
    byte[] wanted = configuration(LOWER);
    byte[] wantedManifest = manifest(wanted, PACKED_HERE);
    byte[] layer = ImageTar.of(tar -> tar.put("f", new byte[0]));
    return new String(
        ImageTar.of(
            tar ->
                tar.put(blob(other), other)
                    .put(blob(layer), layer)
                    .put(blob(otherManifest), otherManifest)
                    .put(blob(PACKED_HERE.getBytes(UTF_8)), "{ no json".getBytes(UTF_8))
                    .put(blob(wantedManifest), wantedManifest)
                    .put(blob(wanted), wanted)
                    .put("manifest.json", "[{}]".getBytes(UTF_8))),
        UTF_8);
  }

  private static byte[] manifest(byte[] configuration, String layer) {
    byte[] bytes = layer.getBytes(UTF_8);
    return ManifestJson.manifest(
        configuration,
        List.of(new ManifestJson.Descriptor("a type", Digest.of(bytes), bytes.length)));
  }

  private static byte[] configuration(Digest... layers) {
    var file = JSON.createObjectNode();
    var ids = file.putObject("rootfs").putArray("diff_ids");
    List.of(layers).forEach(layer -> ids.add(layer.toString()));
    return file.toString().getBytes(UTF_8);
  }

  private static String blob(byte[] content) {
    return BLOBS + Digest.of(content).hex();
  }

  private Map<String, byte[]> passed(ImageTar.Content archive) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    IncomingImage.pass(new ByteArrayInputStream(ImageTar.of(archive)), intake.incoming(), out);
    Map<String, byte[]> files = new LinkedHashMap<>();
    try (var in = new TarArchiveInputStream(new ByteArrayInputStream(out.toByteArray()))) {
      for (TarArchiveEntry entry; (entry = in.getNextEntry()) != null; ) {
        files.put(entry.getName(), in.readAllBytes());
      }
    }
    return files;
  }

  /** The layers in the manifest that the index names: type, digest, size. */
  private static List<String> layers(Map<String, byte[]> layout) throws IOException {
    JsonNode index = JSON.readTree(layout.get("index.json"));
    String digest = index.at("/manifests/0/digest").asText();
    JsonNode manifest = JSON.readTree(layout.get(BLOBS + Digest.parse(digest).hex()));
    List<String> layers = new ArrayList<>();
    for (JsonNode layer : manifest.path("layers")) {
      layers.add(
          String.join(
              " ",
              layer.path("mediaType").asText(),
              layer.path("digest").asText(),
              layer.path("size").asText()));
    }
    return layers;
  }

  private static byte[] line(String configuration, String... layers) {
    var line = JSON.createArrayNode();
    var image = line.addObject().put("Config", configuration);
    image.putArray("RepoTags").add("someone/base:latest");
    List.of(layers).forEach(image.putArray("Layers")::add);
    return line.toString().getBytes(UTF_8);
  }

  private static String oci(String compression, byte[] layer) {
    return "application/vnd.oci.image.layer.v1.tar%s %s %d"
        .formatted(compression, Digest.of(layer), layer.length);
  }

  @Test
  void anIncomingImageHasTheLayersThatCameAndThoseThatAreHere() throws IOException {
    byte[] configuration = configuration(LOWER, UPPER);
    byte[] upper = {0x1f, (byte) 0x8b, 1, 2, 3};

    Map<String, byte[]> layout =
        passed(
            tar ->
                tar.put(blob(configuration), configuration)
                    .put(blob(upper), upper)
                    .put("manifest.json", line(blob(configuration), "left out", blob(upper))));

    assertThat(layers(layout))
        .containsExactly(
            "a type %s %d".formatted(Digest.of(PACKED_HERE), PACKED_HERE.length()),
            oci("+gzip", upper));
    assertThat(layout).containsKey(blob(configuration)).doesNotContainKey("manifest.json");
    assertThat(new String(layout.get("index.json"), UTF_8)).doesNotContain("someone");
  }

  @Test
  void anImageOfAnOlderEngineComesWithItsLayersUnderOtherNames() throws IOException {
    fake.answers("GET /images/json", 200, "[]");
    byte[] configuration = configuration(LOWER, UPPER, UPPER);
    byte[] lower = "a tar".getBytes(UTF_8);
    byte[] upper = {0x28, (byte) 0xb5, 0x2f, (byte) 0xfd, 9};
    String first = "a".repeat(64) + "/layer.tar";
    String second = "b".repeat(64) + "/layer.tar";
    String again = "c".repeat(64) + "/layer.tar";
    TarArchiveEntry link = new TarArchiveEntry(again, TarConstants.LF_SYMLINK);
    link.setLinkName("../" + second);

    Map<String, byte[]> layout =
        passed(
            tar ->
                tar.put(first, lower)
                    .put(second, upper)
                    .put(link, new byte[0])
                    .put(Digest.of(configuration).hex() + ".json", configuration)
                    .put(
                        "manifest.json",
                        line(Digest.of(configuration).hex() + ".json", first, second, again)));

    assertThat(layers(layout))
        .containsExactly(oci("", lower), oci("+zstd", upper), oci("+zstd", upper));
  }

  @Test
  void aLayerThatIsNeitherHereNorCameIsRefused() {
    byte[] configuration = configuration(UPPER);

    assertThatThrownBy(
            () ->
                passed(
                    tar ->
                        tar.put(blob(configuration), configuration)
                            .put("manifest.json", line(blob(configuration), "left out"))))
        .isInstanceOf(IOException.class)
        .hasMessage("the archive of the image lacks its file \"left out\"");
  }

  @Test
  void aConfigurationThatNamesMoreLayersThanCameIsRefused() {
    byte[] configuration = configuration(LOWER, UPPER);

    assertThatThrownBy(
            () ->
                passed(
                    tar ->
                        tar.put(blob(configuration), configuration)
                            .put("manifest.json", line(blob(configuration), "one"))))
        .isInstanceOf(IOException.class)
        .hasMessage("the archive of the image has 1 layers, its configuration 2");
  }

  @Test
  void whatIsNoConfigurationIsRefused() {
    byte[] tooLarge = ("{\"x\":\"" + "y".repeat(5 << 20) + "\"}").getBytes(UTF_8);

    assertThatThrownBy(
            () ->
                passed(
                    tar ->
                        tar.put(blob(tooLarge), tooLarge)
                            .put("manifest.json", line(blob(tooLarge)))))
        .isInstanceOf(IOException.class)
        .hasMessage("the configuration of the image is too large, or none");
  }

  @Test
  void configurationsThatWouldFillTheMemoryAreRefused() {
    byte[] large = ("{" + " ".repeat((4 << 20) - 1)).getBytes(UTF_8);

    assertThatThrownBy(
            () ->
                passed(
                    tar -> {
                      for (char name : "0123456789".toCharArray()) {
                        tar.put(BLOBS + String.valueOf(name).repeat(64), large);
                      }
                    }))
        .isInstanceOf(IOException.class)
        .hasMessage("the archive of the image has too many configurations");
  }

  /** The engine would keep the image without them, and take it for whole the next time. */
  @Test
  void anImageWhoseLayersTheEngineDoesNotFindIsNoneAndRemoved() throws Exception {
    byte[] configuration = configuration(LOWER);
    String id = Digest.of(manifest(configuration, PACKED_HERE)).toString();
    fake.answers("GET /images/" + id + "/json", 404, "{\"message\":\"no such image\"}")
        .answers(
            "POST /images/load",
            200,
            "{\"stream\":\"Loaded image ID: %s\\n\"}{\"stream\":\"Error unpacking image %s: x\"}"
                .formatted(id, id))
        .answers("DELETE /images/" + id, 200, "[]");

    assertThatThrownBy(() -> intake.image(Optional.of(HERE), List.of(LOWER), configuration))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("the engine did not take the image: Error unpacking image");
    fake.awaitRequest("DELETE /images/" + id);
  }

  @Test
  void anImageThatIsHereIsNotLoadedAndItsManifestNotReadTwice() throws IOException {
    byte[] configuration = configuration(LOWER);
    String id = Digest.of(manifest(configuration, PACKED_HERE)).toString();
    fake.answers("GET /images/" + id + "/json", 200, "{}");

    assertThat(intake.image(Optional.of(HERE), List.of(LOWER), configuration)).isEqualTo(id);
    assertThat(intake.image(Optional.of(HERE), List.of(LOWER), configuration)).isEqualTo(id);

    assertThat(fake.count("POST /images/load")).isZero();
    assertThat(fake.count("GET /images/get")).isEqualTo(1);
  }
}
