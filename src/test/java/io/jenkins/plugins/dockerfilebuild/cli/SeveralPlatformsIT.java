package io.jenkins.plugins.dockerfilebuild.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.dockerfilebuild.execution.docker.TestEngine;
import io.jenkins.plugins.dockerfilebuild.execution.docker.TestRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Images for several platforms, on two engines of one machine of which the second says that it is
 * another. Programs for the machine run in both: what is tested is where steps go and what becomes
 * of the images.
 */
class SeveralPlatformsIT {

  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path directory;
  private Path context;

  @BeforeEach
  void aDockerfile() throws IOException {
    context = Files.createDirectory(directory.resolve("context"));
    Files.writeString(
        context.resolve("Dockerfile"),
        """
        FROM --platform=$BUILDPLATFORM %s AS tool
        RUN echo %s > /once
        FROM scratch
        COPY --from=tool / /
        ARG TARGETARCH
        RUN echo made for $TARGETARCH > /arch
        """
            .formatted(TestEngine.BUSYBOX, UUID.randomUUID()));
  }

  @Test
  void ofAToolchainOnAnotherAgentOnlyTheFilesThatAreUsedMove() throws Exception {
    Files.writeString(
        context.resolve("Dockerfile"),
        """
        FROM --platform=$BUILDPLATFORM %1$s AS tool
        RUN head -c 40000000 /dev/urandom > /toolchain; echo %2$s > /made
        FROM scratch
        COPY --from=tool /bin /bin
        RUN --mount=from=tool,source=/made,target=/made cat /made
        """
            .formatted(TestEngine.BUSYBOX, UUID.randomUUID()));

    CommandRun run = build("--platform", "linux/arm64");

    assertThat(run.status()).as(run.err()).isZero();
    assertThat(agentOf("linux/arm64", "RUN --mount")).isEqualTo("a2");
    assertThat(report().path("transfers").findValuesAsText("what")).contains("/made of tool");
    long moved = 0;
    for (JsonNode transfer : report().path("transfers")) {
      moved += transfer.path("bytes").asLong();
    }
    assertThat(moved).as(report().path("transfers").toString()).isLessThan(10_000_000);
  }

  private CommandRun build(String... options) {
    return build(Map.of(), options);
  }

  private CommandRun build(Map<String, String> environment, String... options) {
    List<String> all = new ArrayList<>(List.of("build"));
    all.addAll(List.of("--agent", "a1=" + TestEngine.first().host() + ",platform=linux/amd64"));
    all.addAll(List.of("--agent", "a2=" + TestEngine.second().host() + ",platform=linux/arm64"));
    all.addAll(List.of("--state", directory.resolve("state").toString()));
    all.addAll(List.of("--report", directory.resolve("report.json").toString()));
    all.addAll(List.of(options));
    all.add(context.toString());
    return CommandRun.withInput("", environment, all.toArray(String[]::new));
  }

  private JsonNode report() throws IOException {
    return JSON.readTree(directory.resolve("report.json").toFile());
  }

  private String agentOf(String platform, String text) throws IOException {
    List<String> agents = new ArrayList<>();
    for (JsonNode step : report().path("steps")) {
      boolean same = step.path("platform").asText().equals(platform);
      if (same && step.path("text").asText().startsWith(text)) {
        agents.add(step.path("agent").asText());
      }
    }
    return String.join(", ", agents);
  }

  @Test
  void eachPlatformIsBuiltWhereItRunsAndAllArePushedUnderOneName() throws Exception {
    try (TestRegistry registry = TestRegistry.open(directory.resolve("registry"))) {
      String name = registry.address() + "/team/app:1";
      Path metadata = directory.resolve("metadata.json");
      CommandRun run =
          build(
              Map.of("DOCKER_DEFAULT_PLATFORM", "linux/amd64,linux/arm64"),
              "--metadata-file",
              metadata.toString(),
              "-t",
              name,
              "--push");

      assertThat(run.status()).as(run.err()).isZero();
      JsonNode built = JSON.readTree(metadata.toFile());
      assertThat(run.err())
          .contains("pushed " + name + ", digest " + built.path("containerimage.digest").asText());
      assertThat(built.path("image.name").asText()).isEqualTo(name);
      assertThat(built.size()).as("several images have no configuration in common").isEqualTo(2);
      assertThat(agentOf("linux/amd64", "RUN echo made")).isEqualTo("a1");
      assertThat(agentOf("linux/arm64", "RUN echo made")).isEqualTo("a2");
      assertThat(agentOf("linux/amd64", "RUN echo "))
          .as("the shared stage too")
          .isEqualTo("a1, a1");
      assertThat(run.err()).contains("[linux/arm64 stage-1 2/2]", "[linux/amd64 tool 1/1]");
      assertListed(registry);
      assertPulledFor("linux/amd64", name, "made for amd64");
      assertPulledFor("linux/arm64", name, "made for arm64");
      TestEngine.first().remove(name);
    }
  }

  @Test
  void theConfigurationBelowTheListSaysWhatTheListSaysThoughAllLayersAreTheSame() throws Exception {
    Files.writeString(
        context.resolve("Dockerfile"),
        "FROM --platform=$BUILDPLATFORM " + TestEngine.BUSYBOX + "\nCOPY Dockerfile /data\n");
    try (TestRegistry registry = TestRegistry.open(directory.resolve("registry"))) {
      String name = registry.address() + "/team/crossed:1";
      CommandRun run = build("--platform", "linux/amd64,linux/arm64", "-t", name, "--push");

      assertThat(run.status()).as(run.err()).isZero();
      assertThat(configuration(registry, "1-linux-amd64").path("architecture").asText())
          .isEqualTo("amd64");
      assertThat(configuration(registry, "1-linux-arm64").path("architecture").asText())
          .isEqualTo("arm64");
      TestEngine.first().remove(name + "-linux-amd64");
      TestEngine.second().remove(name + "-linux-arm64");
    }
  }

  private static JsonNode configuration(TestRegistry registry, String tag) throws Exception {
    JsonNode manifest = JSON.readTree(registry.get("team/crossed/manifests/" + tag).body());
    String digest = manifest.at("/config/digest").asText();
    return JSON.readTree(registry.get("team/crossed/blobs/" + digest).body());
  }

  private static void assertListed(TestRegistry registry) throws Exception {
    JsonNode list = JSON.readTree(registry.get("team/app/manifests/1").body());
    assertThat(list.path("manifests").findValuesAsText("architecture"))
        .containsExactly("amd64", "arm64");
    assertThat(list.path("manifests").path(1).path("digest").asText())
        .isEqualTo(
            registry
                .get("team/app/manifests/1-linux-arm64")
                .headers()
                .firstValue("docker-content-digest")
                .orElseThrow());
  }

  private void assertPulledFor(String platform, String name, String content) throws IOException {
    Path pulled = Files.createDirectories(directory.resolve("pulled"));
    Files.writeString(
        pulled.resolve("Dockerfile"),
        "FROM --platform=" + platform + " " + name + "\nRUN cat /arch\n");
    CommandRun run =
        CommandRun.of(
            "build",
            "--agent",
            "a1=" + TestEngine.first().host() + ",platform=linux/amd64+linux/arm64",
            "--state",
            directory.resolve("state").toString(),
            pulled.toString());
    assertThat(run.status()).as(run.err()).isZero();
    assertThat(run.err()).contains(content);
  }

  @Test
  void withoutPushEachImageIsKeptUnderANameOfItsOwn() throws Exception {
    CommandRun run = build("--platform", "linux/amd64,linux/arm64", "-t", "several:1");

    assertThat(run.status()).as(run.err()).isZero();
    assertThat(run.err())
        .containsPattern("image for linux/amd64 is sha256:\\S+ on a1, named several:1-linux-amd64")
        .containsPattern("image for linux/arm64 is sha256:\\S+ on a2, named several:1-linux-arm64");
    assertThat(report().path("images").findValuesAsText("platform"))
        .containsExactly("linux/amd64", "linux/arm64");
    TestEngine.first().remove("several:1-linux-amd64");
    TestEngine.second().remove("several:1-linux-arm64");
  }

  @Test
  void aPlatformThatNobodyHasIsToldWithWhatThePoolOffers() throws Exception {
    CommandRun run = build("--platform", "linux/amd64,linux/s390x");

    assertThat(run.status()).as(run.err()).isEqualTo(3);
    assertThat(run.err())
        .contains(
            "line 6 of the Dockerfile runs a command for linux/s390x, and no agent of the pool can:"
                + " a1 runs linux/386 and linux/amd64, a2 runs ")
        .doesNotContain("done in");
  }

  @Test
  void thePlacementOfEachStepIsExplainedWhenAskedFor() throws Exception {
    CommandRun run = build("--explain-placement");

    assertThat(run.status()).as(run.err()).isZero();
    assertThat(run.err())
        .containsPattern("\\[tool 1/1\\] goes to a1: ends in .*; no other agent was in question")
        .containsPattern("\\[stage-1 1/2\\] goes to a1: ends in .*; not to a2: ends in .*moves ");
    JsonNode placement = report().at("/steps/1/placement");
    assertThat(placement.at("/candidates/0/agent").asText()).isEqualTo("a1");
    assertThat(placement.at("/candidates/1/moveBytes").asLong()).isPositive();
  }
}
