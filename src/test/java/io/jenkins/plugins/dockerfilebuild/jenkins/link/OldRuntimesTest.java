package io.jenkins.plugins.dockerfilebuild.jenkins.link;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class OldRuntimesTest {

  private static final Instant NOW = Instant.parse("2026-11-25T12:00:00Z");

  @TempDir private Path folder;

  @Test
  void whatNobodyUsedForDaysGoesAndTheRestStays() throws IOException {
    Path mine = runtime("a1", Duration.ofDays(30));
    Path other = runtime("b2", Duration.ofDays(2));
    Path old = runtime("c3", Duration.ofDays(8));
    Path upload = aged(Files.createFile(folder.resolve("upload-1.part")), Duration.ofDays(8));

    OldRuntimes.sweep(folder, mine, NOW);

    assertThat(mine.resolve("agent.jar")).exists();
    assertThat(other.resolve("agent.jar")).exists();
    assertThat(old).doesNotExist();
    assertThat(upload).doesNotExist();
  }

  @Test
  void useKeepsARuntime() throws IOException {
    Path used = runtime("a1", Duration.ofDays(30));

    OldRuntimes.used(used, NOW);
    OldRuntimes.sweep(folder, folder.resolve("b2"), NOW);

    assertThat(used).exists();
  }

  private Path runtime(String digest, Duration age) throws IOException {
    Path runtime = Files.createDirectory(folder.resolve(digest));
    Files.writeString(runtime.resolve("agent.jar"), "classes");
    return aged(runtime, age);
  }

  private static Path aged(Path path, Duration age) throws IOException {
    return Files.setLastModifiedTime(path, FileTime.from(NOW.minus(age)));
  }
}
