package io.jenkins.plugins.dockerfilebuild.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FiguresTest {

  @Test
  void filesAreCountedInWords() {
    assertThat(Figures.files(1)).isEqualTo("1 file");
    assertThat(Figures.files(30_412)).isEqualTo("30,412 files");
  }

  @ParameterizedTest
  @CsvSource({
    "0,0.0 s",
    "40,0.0 s",
    "400,0.4 s",
    "3200,3.2 s",
    "9949,9.9 s",
    "9950,10 s",
    "41499,41 s",
    "59499,59 s",
    "59500,1 min 0 s",
    "125000,2 min 5 s",
    "3599500,1 h 0 min",
    "3720000,1 h 2 min"
  })
  void durationsReadAsPeopleSayThem(long millis, String expected) {
    assertThat(Figures.duration(millis)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "0,0 B",
    "999,999 B",
    "1000,1.0 kB",
    "9949,9.9 kB",
    "9951,10 kB",
    "340000000,340 MB",
    "999600,1.0 MB",
    "9223372036854775807,9.2 EB"
  })
  void sizesAreDecimal(long bytes, String expected) {
    assertThat(Figures.bytes(bytes)).isEqualTo(expected);
  }
}
