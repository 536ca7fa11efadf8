package io.jenkins.plugins.dockerfilebuild.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckCommandTest {

  @TempDir private Path directory;

  @Test
  void aValidFileIsSaidToBeValid() throws IOException {
    Path file =
        Files.writeString(directory.resolve("f"), "FROM scratch AS a\nENV a=b\nFROM a\nUSER x\n");

    CommandRun run = CommandRun.of("check", file.toString());

    assertThat(run.status()).isZero();
    assertThat(run.out()).endsWith("f: valid, 2 stages with 2 instructions\n");
  }

  @Test
  void whatTheSecondStageRefusesIsRefusedWithItsPlace() throws IOException {
    Path file = Files.writeString(directory.resolve("f"), "FROM scratch\nRUUN echo\n");

    CommandRun run = CommandRun.of("check", file.toString());

    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err()).contains("f:2: ").contains("RUN");
  }

  @Test
  void stagesThatAreHardlyMeantAreWarnedOf() throws IOException {
    Path file =
        Files.writeString(
            directory.resolve("f"),
            "FROM scratch AS a\nUSER x\nFROM scratch AS a\nUSER y\nFROM a\n");

    assertThat(CommandRun.of("check", file.toString()).out())
        .contains("f:3: the stage name \"a\" is taken already in line 1")
        .contains("f:5: the last stage has no instruction");
  }
}
