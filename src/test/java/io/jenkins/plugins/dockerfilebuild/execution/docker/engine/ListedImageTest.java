package io.jenkins.plugins.dockerfilebuild.execution.docker.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.dockerfilebuild.execution.PullPolicy;
import io.jenkins.plugins.dockerfilebuild.image.ImageDescription;
import java.io.IOException;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Lists of several platforms on an engine that keeps one as a single image (28.5.2): it tells the
 * image of its own platform, whichever was pulled.
 */
@Timeout(60)
class ListedImageTest {

  private static final String LIST = "sha256:" + "1".repeat(64);
  private static final String ARM64 = "sha256:" + "a".repeat(64);
  private static final String PULLED = "{\"status\":\"Status: Image is up to date for it\"}";

  private FakeEngine fake;

  @BeforeEach
  void anEngineWithAList() throws IOException {
    fake = new FakeEngine();
    fake.answers("GET /images/r:5000/app:1/json", 200, image(LIST, "amd64"))
        .answers("GET /images/r:5000/app@" + ARM64 + "/json", 200, image(ARM64, "arm64"))
        .answers("GET /images/" + LIST + "/history", 200, "[]")
        .answers("GET /images/" + ARM64 + "/history", 200, "[]")
        .answers("POST /images/create", 200, PULLED);
  }

  @AfterEach
  void close() {
    fake.close();
  }

  private static String image(String id, String architecture) {
    return """
        {"Id": "%s", "Os": "linux", "Architecture": "%s", "RootFS": {"Layers": []},
         "Manifests": [
          {"ID": "sha256:b", "ImageData": {"Platform": {"os": "linux", "architecture": "amd64"}}},
          {"ID": "%s",
           "ImageData": {"Platform": {"os": "linux", "architecture": "arm64", "variant": "v8"}}}]}
        """
        .formatted(id, architecture, ARM64);
  }

  private String resolved(String platform) {
    return new EngineImages(fake.engine())
        .resolve("r:5000/app:1", platform, PullPolicy.IF_MISSING, Optional.empty())
        .map(ImageDescription::imageId)
        .orElse("none");
  }

  @Test
  void theEnginesOwnPlatformIsTheListItself() {
    assertThat(resolved("linux/amd64")).isEqualTo(LIST);
    assertThat(fake.count("POST /images/create")).isZero();
  }

  @Test
  void anotherPlatformIsTheImageOfItsDigest() {
    assertThat(resolved("linux/arm64")).isEqualTo(ARM64);
  }

  @Test
  void aPlatformThatTheListLacksIsWhatTheEngineShows() {
    assertThat(resolved("linux/riscv64")).isEqualTo(LIST);
  }
}
