package io.jenkins.plugins.dockerfilebuild.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.dockerfilebuild.execution.docker.TestEngine;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A label says where steps run, not from whom their cache directories may come. */
@Timeout(120)
class CacheLenderIT {

  @TempDir private Path directory;
  private final String salt = UUID.randomUUID().toString();

  private JsonNode build(String label, String command) throws Exception {
    Path context =
        AgentsOnEngines.context(
            directory.resolve("context"),
            "FROM " + TestEngine.BUSYBOX,
            "ENV SALT=" + salt,
            "RUN --network=none --mount=type=cache,target=/cache,id=" + salt + " " + command);
    Path report = directory.resolve("report.json");
    List<String> arguments = new ArrayList<>(List.of("build", "--agent-label", label));
    arguments.addAll(List.of("--agent", "a1=" + TestEngine.first().host() + ",label=fills"));
    arguments.addAll(List.of("--agent", "a2=" + TestEngine.second().host() + ",label=uses"));
    arguments.addAll(List.of("--state", directory.resolve("state").toString()));
    arguments.addAll(List.of("--report", report.toString(), context.toString()));
    CommandRun run = CommandRun.of(arguments.toArray(String[]::new));
    assertThat(run.status()).as(run.err()).isZero();
    return new ObjectMapper().readTree(report.toFile()).at("/steps/0");
  }

  @Test
  void aCacheDirectoryComesFromAnAgentOnWhichTheBuildMayNotRun() throws Exception {
    assertThat(build("fills", "echo kept > /cache/file").path("agent").asText()).isEqualTo("a1");

    JsonNode step = build("uses", "grep kept /cache/file");

    assertThat(step.path("agent").asText()).isEqualTo("a2");
    assertThat(step.at("/mounts/0/hit").asText()).isEqualTo("SYNCED");
  }
}
