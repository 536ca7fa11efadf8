package io.jenkins.plugins.dockerfilebuild.execution.docker.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.dockerfilebuild.content.Digest;
import io.jenkins.plugins.dockerfilebuild.image.ImageConfig;
import io.jenkins.plugins.dockerfilebuild.image.ImageConfig.HealthCheck;
import io.jenkins.plugins.dockerfilebuild.image.ImageConfig.History;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

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
