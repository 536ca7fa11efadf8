package io.jenkins.plugins.dockerfilebuild.content;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file that may not be read, which root never meets: read by a process of another user. */
class UnreadableFileIT {

  /** Nobody, as on every Debian machine. */
  private static final String OTHER_USER = "65534";

  @TempDir Path directory;

  /** The other process: reads a context and says what it cannot read. */
  static final class Reader {
    private Reader() {}

    public static void main(String[] arguments) {
      Path directory = Path.of(arguments[0]);
      try (DirectoryContext context =
          DirectoryContext.open(
              new DirectoryContext.Settings(
                  directory.resolve("context"),
                  ContextFilter.EVERYTHING,
                  patterns -> ContextFilter.EVERYTHING,
                  directory.resolve("stat-cache")))) {
        System.out.println("read " + context.tree("").entries().size());
      } catch (ContextException e) {
        System.out.println(e.getMessage());
      }
    }
  }

  @Test
  void itIsNamedAndNothingIsMadeOfTheRest() throws Exception {
    Path context = Files.createDirectory(directory.resolve("context"));
    Files.writeString(context.resolve("readable"), "x");
    Path closed = Files.writeString(context.resolve("closed"), "x");
    Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("---------"));
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxrwx"));

    Process process =
        new ProcessBuilder(
                List.of(
                    "setpriv",
                    "--reuid=" + OTHER_USER,
                    "--regid=" + OTHER_USER,
                    "--clear-groups",
                    ProcessHandle.current().info().command().orElseThrow(),
                    "-cp",
                    System.getProperty("java.class.path"),
                    Reader.class.getName(),
                    directory.toString()))
            .redirectErrorStream(true)
            .start();
    String output =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();

    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(output)
        .contains("closed")
        .containsIgnoringCase("permission")
        .doesNotContain("read 3");
  }
}
