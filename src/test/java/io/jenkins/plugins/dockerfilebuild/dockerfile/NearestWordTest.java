package io.jenkins.plugins.dockerfilebuild.dockerfile;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class NearestWordTest {

  private static final List<String> WORDS = List.of("build", "test", "Final");

  @Test
  void theNearestWordIsAtMostTwoLettersAway() {
    assertThat(NearestWord.of("biuld", WORDS)).contains("build");
    assertThat(NearestWord.of("tests", WORDS)).contains("test");
    assertThat(NearestWord.of("tostada", WORDS)).isEmpty();
    assertThat(NearestWord.of("x".repeat(100_000), WORDS)).isEmpty();
  }

  @Test
  void ofEquallyNearWordsTheOneThatBeginsAlikeIsMeant() {
    assertThat(NearestWord.of("RNU", List.of("ENV", "RUN", "ADD"))).contains("RUN");
  }

  @Test
  void aValidWordHasNone() {
    assertThat(NearestWord.of("test", WORDS)).isEmpty();
  }

  @Test
  void caseCountsOnlyWhereItIsSaid() {
    assertThat(NearestWord.of("FINAL", WORDS)).isEmpty();
    assertThat(NearestWord.ofAnyCase("FINEL", WORDS)).contains("FINAL");
    assertThat(NearestWord.ofAnyCase("finel", WORDS)).contains("final");
    assertThat(NearestWord.ofAnyCase("final", WORDS)).isEmpty();
  }
}
