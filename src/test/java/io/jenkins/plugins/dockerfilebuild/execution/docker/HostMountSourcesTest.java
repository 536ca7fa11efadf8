package io.jenkins.plugins.dockerfilebuild.execution.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.dockerjava.api.exception.DockerException;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.FakeEngine;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.MountSource;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.Session;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class HostMountSourcesTest {

  @TempDir Path directory;

  /** An agent stays connected for weeks, and only its session's end removed the files. */
  @Test
  void aMountThatCannotBeBroughtUpLeavesNothing() throws Exception {
    Path lower = Files.createDirectory(directory.resolve("lower"));
    try (FakeEngine fake = new FakeEngine()) {
      fake.answers("GET /containers/json", 200, "[]")
          .answers("GET /volumes", 200, "{}")
          .answers("POST /volumes/create", 500, "{\"message\":\"no\"}");
      try (Session session = Session.begin(fake.engine(), directory.resolve("state"))) {
        MountSources sources = new HostMountSources(fake.engine(), session, null, null, null);

        assertThatThrownBy(() -> sources.writable(source(directory.resolve("gone"), false)))
            .isInstanceOf(NoSuchFileException.class);
        assertThatThrownBy(() -> sources.writable(source(lower, true)))
            .isInstanceOf(DockerException.class);

        assertThat(session.scratch()).isEmptyDirectory();
      }
    }
  }

  private static MountSource source(Path path, boolean isDirectory) {
    return MountSource.path(path.toString(), isDirectory, () -> {});
  }
}
