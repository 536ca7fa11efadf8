package io.jenkins.plugins.dockerfilebuild.execution.docker.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StaticProgramTest {

  @TempDir Path directory;

  @Test
  void oneWaitsUntilItIsKilled() throws Exception {
    Process process = new ProcessBuilder(program(StaticProgram.WAIT).toString()).start();

    assertThat(process.waitFor(300, TimeUnit.MILLISECONDS)).isFalse();
    process.destroyForcibly();
    assertThat(process.waitFor()).isEqualTo(128 + 9);
  }

  @Test
  void oneRemovesFilesAndEmptyDirectories() throws Exception {
    Path outer = Files.createDirectories(directory.resolve("outer"));
    Path inner = Files.createDirectory(outer.resolve("inner"));
    Path file = Files.writeString(outer.resolve("file"), "content");

    int status = remove("d" + inner, "f" + file, "d" + outer);

    assertThat(status).isZero();
    assertThat(outer).doesNotExist();
  }

  @Test
  void whatCannotBeRemovedStaysAndTheRestGoes() throws Exception {
    Path full = Files.createDirectories(directory.resolve("full"));
    Path kept = Files.writeString(full.resolve("kept"), "content");
    Path file = Files.writeString(directory.resolve("file"), "content");

    int status = remove("d" + full, "d" + kept, "f" + directory.resolve("missing"), "f" + file);

    assertThat(status).isNotZero();
    assertThat(kept).hasContent("content");
    assertThat(file).doesNotExist();
  }

  @Test
  void thereIsOneForEachCommonArchitecture() {
    byte[] arm = StaticProgram.WAIT.file("arm64").orElseThrow();

    assertThat(arm).startsWith(0x7f, 'E', 'L', 'F').hasSize(64 + 56 + 32);
    assertThat(arm[18] & 0xff).isEqualTo(183);
    assertThat(StaticProgram.REMOVE.file("arm64").orElseThrow()).hasSize(64 + 56 + 60);
    assertThat(StaticProgram.WAIT.file("s390x")).isEmpty();
  }

  private int remove(String... arguments) throws Exception {
    String[] command = new String[arguments.length + 1];
    command[0] = program(StaticProgram.REMOVE).toString();
    System.arraycopy(arguments, 0, command, 1, arguments.length);
    return new ProcessBuilder(command).start().waitFor();
  }

  private Path program(StaticProgram program) throws IOException {
    assumeTrue(
        System.getProperty("os.arch").equals("amd64")
            && System.getProperty("os.name").equals("Linux"),
        "only Linux on amd64 runs this program");
    Path file = directory.resolve("program");
    Files.write(file, program.file("amd64").orElseThrow());
    assertThat(file.toFile().setExecutable(true)).isTrue();
    return file;
  }
}
