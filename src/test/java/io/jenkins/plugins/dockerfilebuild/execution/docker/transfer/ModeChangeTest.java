package io.jenkins.plugins.dockerfilebuild.execution.docker.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.dockerfilebuild.execution.docker.files.TransferException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModeChangeTest {

  /** What chmod(1) of GNU coreutils 9.1 does under umask 0. */
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "755; 4600; file; 755",
        "0640; 777; directory; 640",
        "4755; 644; file; 4755",
        "+x; 644; file; 755",
        "a+x; 644; file; 755",
        "u=rwX,go=rX; 600; file; 644",
        "u=rwX,go=rX; 700; file; 755",
        "u=rwX,go=rX; 600; directory; 755",
        "go-w; 666; file; 644",
        "g=u; 640; file; 660",
        "o=g-w; 664; file; 664",
        "u+s,g+s,+t; 755; file; 7755",
        "=; 755; file; 0",
        "u=rw; 4755; file; 655",
        "g=rx; 2775; directory; 2755",
        "ug+rw-x; 711; file; 661",
      })
  void changesModesAsChmodDoes(String change, String before, String kind, String after) {
    int mode =
        ModeChange.parse(change).apply(Integer.parseInt(before, 8), kind.equals("directory"));

    assertThat(Integer.toOctalString(mode)).isEqualTo(after);
  }

  /** As seen from BuildKit in Docker 28.5.2; chmod(1) clears the bit. */
  @ParameterizedTest
  @CsvSource({"'u=rwx,g=u,o=g', 2777", "'g=o,o=', 2710"})
  void aFileThatGetsTheRightsOfAnotherClassKeepsItsSetIdBits(String change, String after) {
    assertThat(Integer.toOctalString(ModeChange.parse(change).apply(02711, false)))
        .isEqualTo(after);
  }

  /** As seen from BuildKit in Docker 28.5.2, whose umask is 022. */
  @ParameterizedTest
  @CsvSource({"1777, 755", "0777, 755", "2750, 750", "600, 600"})
  void newDirectoriesCannotBeWrittenByOthersThanTheirOwner(String mode, String directories) {
    assertThat(ModeChange.parse(mode).octal()).hasValue(Integer.parseInt(directories, 8));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "8", "17777", "u", "u=q", "u+rwx,", "x+r", "-1", "0o755"})
  void refusesWhatIsNeitherOctalNorSymbolic(String change) {
    assertThatThrownBy(() -> ModeChange.parse(change))
        .isInstanceOf(TransferException.class)
        .hasMessageContaining("invalid --chmod '" + change + "'");
  }
}
