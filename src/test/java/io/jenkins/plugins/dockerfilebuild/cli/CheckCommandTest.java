package io.jenkins.plugins.dockerfilebuild.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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

  private CommandRun check(String... lines) throws IOException {
    Path file = Files.writeString(directory.resolve("f"), String.join("\n", lines) + "\n");
    return CommandRun.of("check", file.toString());
  }

  @Test
  void buildChecksThatAreAskedForAreSaidToBeNone() throws IOException {
    assertThat(check("# syntax=x", "# check=error=true", "FROM scratch").out())
        .contains("f:2: build checks are not run here: check=error=true does nothing");
    assertThat(check("#!/x", "# check=skip=A, B;experimental=all", "FROM scratch").out())
        .contains("f:2: build checks are not run here");
    assertThat(check("# check=skip=all;error=false", "FROM scratch").out())
        .doesNotContain("build checks");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "eror=true           | f:1: invalid check option \"eror\" (did you mean error?)",
        "skip=all;true       | f:1: invalid check option \"true\" (options are skip=, experim",
        "skip=all;           | f:1: invalid check option \"\"",
        "error=maybe         | f:1: invalid value for check option error: maybe",
        "error=true;skip=a;error=true;skip=b | f:1: invalid value for check option error: true;",
      })
  void optionsOfBuildChecksThatBuildKitRefusesAreRefused(String options, String problem)
      throws IOException {
    CommandRun run = check("# check=" + options, "FROM scratch");

    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err()).contains(problem);
  }

  @Test
  void controlCharactersOfAFileDoNotReachTheTerminal() throws IOException {
    assertThat(check("FROM scratch", "FOO\u001b[31m x").err())
        .contains("f:2: unknown instruction: FOO")
        .doesNotContain("\u001b");
    Path file = Files.writeString(directory.resolve("f"), "FROM scratch\nRUN a\u001b[2J\n");
    assertThat(CommandRun.of("parse", file.toString()).out()).endsWith("f:2 RUN a\n");
  }
}
