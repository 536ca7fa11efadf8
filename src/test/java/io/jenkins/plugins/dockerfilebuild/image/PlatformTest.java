package io.jenkins.plugins.dockerfilebuild.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PlatformTest {

  @ParameterizedTest
  @CsvSource({
    "linux/amd64, linux/amd64",
    "Linux/X86_64, linux/amd64",
    "linux/arm64/v8, linux/arm64",
    "linux/aarch64, linux/arm64",
    "linux/arm, linux/arm/v7",
    "linux/arm/6, linux/arm/v6",
    "linux/armhf, linux/arm/v7",
    "arm64, linux/arm64",
    "windows/amd64, windows/amd64",
  })
  void spellingsOfOnePlatformAreOne(String written, String normal) {
    assertThat(Platform.parse(written)).hasToString(normal);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "linux", "linux/", "a/b/c/d", "linux/amd 64", "toaster"})
  void whatIsNoPlatformIsRefused(String written) {
    assertThatThrownBy(() -> Platform.parse(written))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("is no platform");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "linux/amd64 | linux/amd64 linux/386",
        "linux/arm64 | linux/arm64 linux/arm/v8 linux/arm/v7 linux/arm/v6 linux/arm/v5",
        "linux/arm/v6 | linux/arm/v6 linux/arm/v5",
        "linux/s390x | linux/s390x",
      })
  void aMachineRunsWhatIsOlderOfItsKind(String machine, String runs) {
    assertThat(Platform.parse(machine).alsoRuns().stream().map(Platform::toString))
        .containsExactly(runs.split(" "));
  }
}
