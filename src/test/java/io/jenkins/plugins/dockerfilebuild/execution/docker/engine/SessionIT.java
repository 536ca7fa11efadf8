package io.jenkins.plugins.dockerfilebuild.execution.docker.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.dockerjava.api.model.HostConfig;
import io.jenkins.plugins.dockerfilebuild.execution.docker.TestEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What processes leave behind on an engine, and who removes it. */
class SessionIT {

  @TempDir Path directory;
  private Path state;
  private final Engine engine = TestEngine.first().engine();

  @BeforeEach
  void makeState() throws IOException {
    state = directory.toRealPath();
  }

  @Test
  void whatADeadProcessLeftIsRemoved() throws IOException {
    String dead = "dead-" + state.getFileName();
    Files.createDirectories(state.resolve("sessions"));
    Files.createFile(state.resolve("sessions").resolve(dead));
    Files.createDirectories(state.resolve("scratch").resolve(dead).resolve("left"));
    String image = TestEngine.first().busybox();
    StepContainer container = StepContainer.holding(engine, image, dead);
    String volume = Volumes.create(engine, dead, Map.of());

    try (Session session = Session.begin(engine, state)) {
      assertThat(session.id()).isNotEqualTo(dead);
      assertThat(container.files().stat("/etc")).isEmpty();
      assertThat(Volumes.ofSession(engine, dead)).doesNotContain(volume);
      assertThat(state.resolve("scratch").resolve(dead)).doesNotExist();
      assertThat(state.resolve("sessions").resolve(dead)).doesNotExist();
    }
  }

  @Test
  void whatAnEngineCannotRemoveHoldsUpNobodyAndIsTriedAgain() throws IOException {
    String dead = "stuck-" + state.getFileName();
    Path lock = Files.createDirectories(state.resolve("sessions")).resolve(dead);
    Files.createFile(lock);
    String volume = Volumes.create(engine, dead, Map.of());
    StepContainer foreign =
        StepContainer.create(
            engine,
            TestEngine.first().busybox(),
            "of-somebody-else",
            create ->
                create
                    .withEntrypoint("/")
                    .withHostConfig(
                        HostConfig.newHostConfig()
                            .withMounts(List.of(AuxiliaryContainers.volume(volume)))));
    try (foreign;
        Session session = Session.begin(engine, state)) {
      assertThat(session.id()).isNotEqualTo(dead);
      assertThat(Volumes.ofSession(engine, dead)).containsExactly(volume);
      assertThat(lock).exists();
    }

    Session.begin(engine, state).close();

    assertThat(Volumes.ofSession(engine, dead)).isEmpty();
    assertThat(lock).doesNotExist();
  }

  @Test
  void whatALivingProcessUsesStays() throws IOException {
    String image = TestEngine.first().busybox();
    try (Session living = Session.begin(engine, state);
        StepContainer container = StepContainer.holding(engine, image, living.id());
        Session next = Session.begin(engine, state)) {
      assertThat(container.files().stat("/etc")).isPresent();
      assertThat(next.id()).isNotEqualTo(living.id());
      assertThat(living.scratch()).isDirectory();
    }
  }

  @Test
  void secretsGoEvenIfTheEngineIsGone() throws IOException {
    Engine own = Engine.at(TestEngine.first().host());
    Session session = Session.begin(own, state);
    Files.writeString(session.secrets().resolve("secret"), "s3cr3t");
    own.close();

    assertThatThrownBy(session::close).isInstanceOf(RuntimeException.class);

    assertThat(session.secrets()).doesNotExist();
  }

  @Test
  void aSessionTakesItsFilesWithIt() throws IOException {
    Session session = Session.begin(engine, state);
    Files.writeString(session.secrets().resolve("secret"), "s3cr3t");
    Files.writeString(session.scratch().resolve("file"), "x");

    session.close();

    assertThat(session.secrets()).doesNotExist();
    try (Stream<Path> left = Files.walk(state)) {
      assertThat(left.filter(Files::isRegularFile)).isEmpty();
    }
  }
}
