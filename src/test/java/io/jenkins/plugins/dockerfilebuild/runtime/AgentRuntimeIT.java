package io.jenkins.plugins.dockerfilebuild.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.dockerfilebuild.content.ContextException;
import io.jenkins.plugins.dockerfilebuild.content.Digest;
import io.jenkins.plugins.dockerfilebuild.content.TreeEntry;
import io.jenkins.plugins.dockerfilebuild.execution.context.RemoteContextTree;
import io.jenkins.plugins.dockerfilebuild.execution.docker.TestEngine;
import io.jenkins.plugins.dockerfilebuild.execution.link.AgentLink;
import io.jenkins.plugins.dockerfilebuild.execution.link.RemoteAgentServices;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The services of an agent, asked as a Jenkins controller asks them, with a real engine. */
final class AgentRuntimeIT {

  @TempDir private Path workspace;
  @TempDir private Path state;

  private List<String> engine;
  private List<String> context;

  @BeforeEach
  void workspace() throws IOException {
    Files.writeString(workspace.resolve("Dockerfile"), "FROM scratch\n");
    Files.writeString(workspace.resolve("a"), "a");
    Files.write(workspace.resolve("big"), new byte[5 << 20]);
    engine = List.of("engine", TestEngine.first().host(), state.toString());
    context = List.of("context", "build 1", workspace.toString(), "", "", state.toString());
  }

  @Test
  void filesOfTheContextReachTheEnginesAgentWithoutADetour() throws Exception {
    try (AgentRuntime runtime = new AgentRuntime(Map.of());
        RemoteAgentServices agent = new RemoteAgentServices(link(runtime, engine));
        RemoteContextTree files = new RemoteContextTree(link(runtime, context))) {
      Set<Digest> wanted = contents(files);
      assertThat(agent.missingBlobs(wanted)).isEqualTo(wanted);

      store(runtime, wanted);

      assertThat(agent.missingBlobs(wanted)).isEmpty();
    }
  }

  @Test
  void whatHasChangedSinceItWasReadIsNotStored() throws Exception {
    try (AgentRuntime runtime = new AgentRuntime(Map.of());
        RemoteContextTree files = new RemoteContextTree(link(runtime, context))) {
      Set<Digest> wanted = contents(files);
      Files.writeString(workspace.resolve("a"), "b");

      assertThatThrownBy(() -> store(runtime, wanted))
          .isInstanceOf(ContextException.class)
          .hasMessageContaining("changed");
    }
  }

  private void store(AgentRuntime runtime, Set<Digest> wanted) {
    List<String> service = new ArrayList<>(List.of("store"));
    service.addAll(engine.subList(1, engine.size()));
    service.addAll(context);
    ByteArrayOutputStream digests = new ByteArrayOutputStream();
    wanted.forEach(digest -> digests.writeBytes(digest.toBytes()));
    runtime.apply(service.toArray(String[]::new), digests.toByteArray());
  }

  private static Set<Digest> contents(RemoteContextTree files) {
    return files.tree(".").entries().stream()
        .map(TreeEntry::content)
        .filter(Objects::nonNull)
        .collect(Collectors.toSet());
  }

  private static AgentLink link(AgentRuntime runtime, List<String> service) {
    return new AgentLink() {
      @Override
      public CompletableFuture<byte[]> call(byte[] request) {
        return CompletableFuture.supplyAsync(
            () -> runtime.apply(service.toArray(String[]::new), request));
      }

      @Override
      public void close() {
        // There is nothing between the two.
      }
    };
  }
}
