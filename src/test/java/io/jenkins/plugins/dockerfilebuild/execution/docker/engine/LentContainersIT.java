package io.jenkins.plugins.dockerfilebuild.execution.docker.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.dockerfilebuild.execution.StepLabels;
import io.jenkins.plugins.dockerfilebuild.execution.docker.TestEngine;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.ImageContainers.ImageContainer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LentContainersIT {

  private static final Duration LONG = Duration.ofHours(1);

  private final TestEngine on = TestEngine.first();
  private final Engine engine = Engine.at(on.host());
  private final String session = UUID.randomUUID().toString();

  @AfterEach
  void leaveNothing() {
    removeThere();
    engine.close();
  }

  @Test
  void aContainerIsLentAgainForTheSameImage() throws Exception {
    LentContainers containers = new LentContainers(engine, session, LONG);

    containers.open(on.busybox()).close();
    List<String> first = there();
    try (ImageContainer again = containers.open(on.busybox())) {
      assertThat(again.files().stat("/bin/busybox")).isPresent();
    }

    assertThat(first).hasSize(1);
    assertThat(there()).isEqualTo(first);
  }

  @Test
  void twoUsersAtOnceHaveOneEach() {
    LentContainers containers = new LentContainers(engine, session, LONG);

    try (ImageContainer one = containers.open(on.busybox());
        ImageContainer other = containers.open(on.busybox())) {
      assertThat(one).isNotSameAs(other);
      assertThat(there()).hasSize(2);
    }
  }

  @Test
  void oneThatWasTidiedAwayIsMadeAnew() throws Exception {
    LentContainers containers = new LentContainers(engine, session, LONG);
    containers.open(on.busybox()).close();
    removeThere();

    try (ImageContainer again = containers.open(on.busybox())) {
      assertThat(again.files().stat("/bin/busybox")).isPresent();
    }
  }

  @Test
  void anIdleOneIsRemovedAfterItsTime() {
    LentContainers containers = new LentContainers(engine, session, Duration.ofMillis(1));

    containers.open(on.busybox()).close();

    Instant deadline = Instant.now().plusSeconds(60);
    while (!there().isEmpty() && Instant.now().isBefore(deadline)) {
      Thread.onSpinWait();
    }
    assertThat(there()).isEmpty();
  }

  private void removeThere() {
    there().forEach(id -> engine.ask(docker -> docker.removeContainerCmd(id).exec()));
  }

  private List<String> there() {
    List<String> ids = new ArrayList<>();
    new RawApi(engine)
        .containers(StepLabels.SESSION + "=" + session)
        .forEach(container -> ids.add(container.path("Id").asText()));
    return ids;
  }
}
