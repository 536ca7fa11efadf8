package io.jenkins.plugins.dockerfilebuild.execution.docker.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.dockerfilebuild.content.Digest;
import io.jenkins.plugins.dockerfilebuild.execution.StepLabels;
import io.jenkins.plugins.dockerfilebuild.execution.StepRequest;
import io.jenkins.plugins.dockerfilebuild.execution.docker.TestEngine;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class NetworkNamespacesIT {

  @TempDir private Path folder;

  private static final StepRequest.Run RUN =
      new StepRequest.Run(List.of("true"), List.of(), List.of(), Map.of(), "default", false);

  private final Engine engine = TestEngine.first().engine();
  private final String session = Digest.of(UUID.randomUUID().toString()).hex();

  /** Seen in Jenkins, where agents stay connected for weeks: it waited until they left. */
  @Test
  void aNamespaceThatNobodyUsesGoes() throws Exception {
    NetworkNamespaces namespaces = namespaces(Duration.ofMillis(500));
    // One that this thread comes for too late, on a machine that is busy, is gone already.
    while (!isUsed(namespaces)) {
      awaitNone();
    }
    awaitNone();
  }

  private boolean isUsed(NetworkNamespaces namespaces) throws InterruptedException {
    namespaces.expect(RUN);
    try (NetworkNamespaces.Lease lease = namespaces.acquire(RUN)) {
      boolean used = lease.networkMode().isPresent();
      assertThat(used ? containers() : 1).isEqualTo(1);
      return used;
    }
  }

  private void awaitNone() {
    while (containers() > 0) {
      Thread.onSpinWait();
    }
  }

  @Test
  void theNextCommandGetsTheNamespaceOfTheLast() throws Exception {
    NetworkNamespaces namespaces = namespaces(Duration.ofSeconds(40));
    namespaces.expect(RUN);
    Optional<String> first = use(namespaces);

    assertThat(first).isPresent();
    assertThat(use(namespaces)).isEqualTo(first);
    new RawApi(engine)
        .containers(StepLabels.SESSION + "=" + session)
        .forEach(
            container ->
                engine.ask(
                    docker ->
                        docker
                            .removeContainerCmd(container.path("Id").asText())
                            .withForce(true)
                            .exec()));
  }

  private static Optional<String> use(NetworkNamespaces namespaces) throws InterruptedException {
    try (NetworkNamespaces.Lease lease = namespaces.acquire(RUN)) {
      return lease.networkMode();
    }
  }

  private int containers() {
    return new RawApi(engine).containers(StepLabels.SESSION + "=" + session).size();
  }

  private NetworkNamespaces namespaces(Duration rest) {
    EngineImages images = new EngineImages(engine);
    ImageStore store = ImageStore.of(new RawApi(engine).info());
    ImageLoads loads =
        new ImageLoads(engine, images, ImageIntake.of(store, engine, images, folder));
    return new NetworkNamespaces(engine, session, () -> loads.programs("linux/amd64"), rest);
  }
}
