package io.jenkins.plugins.dockerfilebuild.execution.docker.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.dockerfilebuild.execution.docker.files.TransferException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SourcePatternTest {

  @ParameterizedTest
  @CsvSource({
    "*.txt, a.txt, true",
    "*.txt, d/a.txt, false",
    "a/*/c, a/b/c, true",
    "a/*/c, a/b/b/c, false",
    "**/c, c, true",
    "**/c, a/b/c, true",
    "a/**/c, a/c, true",
    "a/**/c, a/x/y/c, true",
    "a/**, a/x/y, true",
    "a/**/b/**/c, a/b/c, true",
    "a/**/b/**/c, a/c, false",
    "h?me, home, true",
    "[a-c]1, b1, true",
    "[^a-c]1, b1, false",
    "\\*, *, true",
    "\\*, a, false",
  })
  void matchesElementByElement(String pattern, String path, boolean matches) {
    assertThat(SourcePattern.parse(pattern).matches(path)).isEqualTo(matches);
  }

  @Test
  void withoutAnyDepthTwoStarsAreOne() {
    assertThat(SourcePattern.ofElements("**/c").matches("a/c")).isTrue();
    assertThat(SourcePattern.ofElements("**/c").matches("a/b/c")).isFalse();
  }

  @Test
  void whatADirectoryHoldsMatchesWithIt() {
    SourcePattern pattern = SourcePattern.parse("a/b*");

    assertThat(pattern.matchesOrHolds("a/bb/c/d")).isTrue();
    assertThat(pattern.matchesOrHolds("a")).isFalse();
  }

  @Test
  void theLastExclusionThatMatchesDecides() {
    Exclusions exclusions = Exclusions.of(List.of("*.md", "docs", "!docs/keep", "./x/"));

    assertThat(exclusions.exclude("README.md")).isTrue();
    assertThat(exclusions.exclude("sub/README.md")).isFalse();
    assertThat(exclusions.exclude("docs/a")).isTrue();
    assertThat(exclusions.exclude("docs/keep")).isFalse();
    assertThat(exclusions.exclude("x")).isTrue();
  }

  @Test
  void anExclusionWithASlashAtTheStartMatchesNothing() {
    assertThat(Exclusions.of(List.of("/x")).exclude("x")).isFalse();
  }

  @Test
  void aPatternThatDoesNotEndIsRefused() {
    assertThatThrownBy(() -> SourcePattern.parse("a/[b"))
        .isInstanceOf(TransferException.class)
        .hasMessageContaining("malformed pattern");
  }
}
