package io.jenkins.plugins.dockerfilebuild.content;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContextFoldersTest {

  @TempDir private Path root;
  private Instant now = Instant.now();

  private ContextFolders folders() {
    return new ContextFolders(root.resolve("contexts"), () -> now);
  }

  @Test
  void aFolderIsKeptAsLongAsItIsUsed() throws IOException {
    Path used = folders().of("/a");
    Files.createDirectories(used.resolve("history/trees"));
    Path unused = folders().of("/b");
    Files.createDirectories(unused.resolve("history/trees"));
    Files.writeString(unused.resolve("history/trees/t"), "x");

    now = now.plus(ContextFolders.UNUSED).minusSeconds(1);
    assertThat(folders().of("/a")).isEqualTo(used);
    assertThat(unused).exists();
    now = now.plus(Duration.ofDays(1));
    assertThat(folders().of("/a").resolve("history/trees")).exists();
    assertThat(unused).doesNotExist();
  }

  @Test
  void thereAreNeverMoreThanTheLimit() throws IOException {
    Path first = folders().of("/first");
    for (int i = 0; i < ContextFolders.KEPT; i++) {
      now = now.plusSeconds(1);
      folders().of("/" + i);
    }

    assertThat(first).doesNotExist();
    try (Stream<Path> left = Files.list(root.resolve("contexts"))) {
      assertThat(left).hasSize(ContextFolders.KEPT);
    }
  }

  @Test
  void aRootThatCannotBeMadeIsTheConcernOfWhoeverWritesThere() throws IOException {
    Path file = Files.writeString(root.resolve("file"), "");
    ContextFolders nowhere = new ContextFolders(file.resolve("contexts"), () -> now);

    assertThat(nowhere.of("/a").toString()).startsWith(file.toString());
  }
}
