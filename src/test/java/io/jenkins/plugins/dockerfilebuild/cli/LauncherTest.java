package io.jenkins.plugins.dockerfilebuild.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The script {@code bin/dockerfile-build}, in a folder of its own with a Java that only tells. */
class LauncherTest {

  @TempDir private Path home;

  @BeforeEach
  void aProgramThatIsBuilt() throws IOException {
    Files.createDirectories(home.resolve("target"));
    Files.createFile(home.resolve("target/dockerfile-build.jar"));
    script("bin/dockerfile-build", Files.readString(Path.of("bin/dockerfile-build")));
    script("jdk/bin/java", "#!/bin/sh\necho \"LC_ALL=$LC_ALL\"\nprintf '%s\\n' \"$@\"\n");
  }

  private void script(String name, String text) throws IOException {
    Path file = home.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private String run(String locale, String... arguments) throws Exception {
    ProcessBuilder process = new ProcessBuilder(home.resolve("bin/dockerfile-build").toString());
    process.command().addAll(List.of(arguments));
    process
        .environment()
        .putAll(Map.of("JAVA_HOME", home.resolve("jdk").toString(), "LC_ALL", locale));
    Process running = process.redirectErrorStream(true).start();
    String told = new String(running.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(running.waitFor()).as(told).isZero();
    return told;
  }

  @Test
  void inTheLocaleCWordsBeyondAsciiAreReadAsUtf8() throws Exception {
    assertThat(run("C", "check", "x")).startsWith("LC_ALL=C.UTF-8\n").endsWith("check\nx\n");
  }

  @Test
  void aLocaleOfTheUserIsLeftAlone() throws Exception {
    assertThat(run("C.utf8", "check", "a b")).startsWith("LC_ALL=C.utf8\n").endsWith("a b\n");
  }
}
