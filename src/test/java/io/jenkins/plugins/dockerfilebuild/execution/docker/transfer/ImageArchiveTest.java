package io.jenkins.plugins.dockerfilebuild.execution.docker.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.dockerfilebuild.execution.docker.files.ContainerFiles;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What opening an archive asks of an engine, of whose requests each costs milliseconds. */
class ImageArchiveTest {

  private final List<String> requests = new ArrayList<>();

  @ParameterizedTest
  @ValueSource(strings = {"/out", "/etcetera", "/etc/passwd", "/dev/shm2", "/usr/etc"})
  void whereTheEngineAddsNothingOnlyThePathIsAskedFor(String path) throws IOException {
    ImageArchive.open(new Recording(), path).close();

    assertThat(requests).containsExactly("read " + path);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/etc", "/etc/hosts", "/dev", "/.dockerenv"})
  void whereItMayHaveAddedFilesItsMarkerIsLookedAtAndNotRead(String path) throws IOException {
    ImageArchive.open(new Recording(), path).close();

    assertThat(requests).containsExactly("stat /.dockerenv", "read " + path);
  }

  private final class Recording implements ContainerFiles {

    @Override
    public Optional<PathStat> stat(String path) {
      requests.add("stat " + path);
      return Optional.of(new PathStat(path, Kind.FILE, 0755, 0, Instant.EPOCH, ""));
    }

    @Override
    public InputStream read(String path) {
      requests.add("read " + path);
      return new ByteArrayInputStream(new byte[1024]);
    }

    @Override
    public void write(String directory, InputStream tar) {
      throw new AssertionError("written while it is read");
    }
  }
}
