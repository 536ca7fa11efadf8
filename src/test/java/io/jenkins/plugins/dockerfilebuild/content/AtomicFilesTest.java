package io.jenkins.plugins.dockerfilebuild.content;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFilesTest {

  @TempDir private Path directory;

  private static void write(Path target) throws IOException {
    AtomicFiles.writeNamed(target, out -> out.write("new".getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void aPipeThatTheUserNamesIsWrittenToAndStaysAPipe() throws Exception {
    Path pipe = directory.resolve("pipe");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    CompletableFuture<String> read = CompletableFuture.supplyAsync(() -> read(pipe));

    write(pipe);

    assertThat(Files.isRegularFile(pipe)).isFalse();
    assertThat(read.get()).isEqualTo("new");
  }

  private static String read(Path pipe) {
    try (InputStream in = Files.newInputStream(pipe)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      return e.toString();
    }
  }

  @Test
  void aLinkThatTheUserNamesStaysALinkToTheNewFile() throws IOException {
    Path file = Files.writeString(directory.resolve("file"), "old");
    Path link = Files.createSymbolicLink(directory.resolve("link"), file.getFileName());

    write(link);

    assertThat(link).isSymbolicLink();
    assertThat(file).hasContent("new");
  }

  @Test
  void aFileThatIsNotThereIsMadeWithItsDirectory() throws IOException {
    write(directory.resolve("a/b"));

    assertThat(directory.resolve("a/b")).hasContent("new");
  }
}
