package io.jenkins.plugins.dockerfilebuild.execution.docker.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jenkins.plugins.dockerfilebuild.content.Digest;
import io.jenkins.plugins.dockerfilebuild.image.ImageConfig;
import io.jenkins.plugins.dockerfilebuild.image.ImageConfig.HealthCheck;
import io.jenkins.plugins.dockerfilebuild.image.ImageConfig.History;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageJsonTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Digest LAYER = Digest.of("layer");

  private static ImageConfig config(History... history) {
    return new ImageConfig(
        "linux/arm/v7",
        List.of("A=b"),
        Optional.of(List.of("entry")),
        Optional.empty(),
        "user",
        "/work",
        Map.of("k", "v"),
        List.of("80/tcp"),
        List.of("/data"),
        Optional.of("SIGINT"),
        Optional.of(new HealthCheck(List.of("CMD", "true"), 1, 2, 3, 4, 5)),
        Optional.of(List.of("sh", "-c")),
        List.of("RUN x"),
        List.of(history),
        "author");
  }

  @Test
  void aConfigurationIsWrittenByTheSpecification() throws IOException {
    JsonNode file =
        JSON.readTree(ImageJson.file(config(new History(1000, "RUN a", false)), List.of(LAYER)));

    assertThat(file)
        .isEqualTo(
            JSON.readTree(
                """
                {"architecture": "arm", "variant": "v7", "os": "linux", "author": "author",
                 "created": "1970-01-01T00:00:01Z",
                 "config": {"Env": ["A=b"], "Entrypoint": ["entry"], "User": "user",
                   "WorkingDir": "/work", "ExposedPorts": {"80/tcp": {}}, "Volumes": {"/data": {}},
                   "OnBuild": ["RUN x"], "StopSignal": "SIGINT", "Shell": ["sh", "-c"],
                   "Healthcheck": {"Test": ["CMD", "true"], "Interval": 1, "Timeout": 2,
                     "StartPeriod": 3, "StartInterval": 4, "Retries": 5},
                   "Labels": {"k": "v"}},
                 "history": [{"created": "1970-01-01T00:00:01Z", "created_by": "RUN a"}],
                 "rootfs": {"type": "layers", "diff_ids": ["%s"]}}
                """
                    .formatted(LAYER)));
  }

  @Test
  void historyNeverSpeaksOfMoreLayersThanThereAre() throws IOException {
    JsonNode file =
        JSON.readTree(
            ImageJson.file(
                config(new History(0, "one", false), new History(0, "two", false)),
                List.of(LAYER)));

    assertThat(file.path("history").path(0).has("empty_layer")).isFalse();
    assertThat(file.path("history").path(1).path("empty_layer").asBoolean()).isTrue();
  }

  @Test
  void theSameConfigurationIsTheSameFile() {
    assertThat(ImageJson.file(config(), List.of(LAYER)))
        .isEqualTo(ImageJson.file(config(), List.of(LAYER)));
  }

  @ParameterizedTest
  @CsvSource({
    "z.example/two:1, z.example/two@sha256:2",
    "z.example/two@sha256:2, z.example/two@sha256:2",
    "docker.io/library/one:1, one@sha256:3",
    "a.example/one:2, a.example/one@sha256:1",
    "other, a.example/one@sha256:1",
  })
  void anImageOfSeveralRepositoriesIsPinnedToTheOneThatWasAsked(String reference, String pinned)
      throws IOException {
    JsonNode inspection =
        JSON.readTree(
            """
            {"Id": "sha256:x", "Os": "linux", "Architecture": "amd64",
             "RepoDigests": ["a.example/one@sha256:1", "one@sha256:3", "z.example/two@sha256:2"]}
            """);

    assertThat(
            ImageJson.description(reference, inspection, NullNode.getInstance()).repositoryDigest())
        .contains(pinned);
  }

  /** As 20.10.24 tells histories, oldest first: which lines have layers, of how many bytes. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "+5 packed|+0 WORKDIR /a|+0 RUN mkdir /x|+0 RUN true|+3 COPY f /f|-0 ENV A=1|-0 CMD x",
        "+0 /bin/sh -c #(nop) WORKDIR /a|+4 /bin/sh -c x|-0 /bin/sh -c #(nop)  CMD x|-0 sh -c :",
        "-0 USER me|+0 |-0 SHELL [x]|+7 ",
        "-0 RUN a|-0 RUN b",
      })
  void layersWithoutBytesBelongToTheOldestLinesThatCanMakeThem(String lines) throws IOException {
    ArrayNode newestFirst = JSON.createArrayNode();
    ArrayNode layers = JSON.createArrayNode();
    List<History> expected = new ArrayList<>();
    for (String line : lines.split("\\|", -1)) {
      String createdBy = line.substring(3);
      boolean layer = line.startsWith("+");
      expected.add(new History(0, createdBy, !layer));
      newestFirst.insertObject(0).put("Size", line.charAt(1) - '0').put("CreatedBy", createdBy);
      if (layer) {
        layers.add(Digest.of(line).toString());
      }
    }
    ObjectNode inspection = JSON.createObjectNode().put("Os", "linux").put("Architecture", "amd64");
    inspection.putObject("RootFS").set("Layers", layers);

    assertThat(ImageJson.description(inspection, newestFirst).config().history())
        .isEqualTo(expected);
  }

  @Test
  void aLayerThatIsPartOfTheNextHasNoLine() throws IOException {
    JsonNode history =
        JSON.readTree(
            """
            [{"CreatedBy": "run", "Created": 2, "Size": 5, "Comment": ""},
             {"CreatedBy": "/", "Created": 1, "Size": 5, "Comment": "%s"},
             {"CreatedBy": "base", "Created": 1, "Size": 0, "Comment": ""}]
            """
                .formatted(ImageJson.PART_OF_NEXT));
    JsonNode inspection =
        JSON.readTree("{\"Id\": \"sha256:x\", \"Os\": \"linux\", \"Architecture\": \"amd64\"}");

    assertThat(ImageJson.description(inspection, history).config().history())
        .containsExactly(new History(1000, "base", true), new History(2000, "run", false));
  }
}
