package io.jenkins.plugins.dockerfilebuild.dockerfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IgnorePatternsTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          target                   | target      | false
          target,!target/app.jar   | target      | true
          target,!target/app.jar   | target/lib  | false
          **/target,!**/*.jar      | m/target    | true
          dir,!dir/sub/**/keep     | dir/other   | false
          dir,!dir/sub/**/keep     | dir/sub/a   | true
          !dir/keep,dir            | dir         | false
          *,!src                   | docs        | false
          *,!src/main              | src         | true
          *,!s*/main               | src/test    | false
          """)
  void aWalkerLooksOnlyWhereSomethingMayBeLetInAgain(
      String patterns, String directory, boolean look) {
    IgnorePatterns ignore = parse(patterns.split(","));

    assertThat(ignore.ignores(directory)).isTrue();
    assertThat(ignore.mayIncludeBelow(directory)).isEqualTo(look);
  }

  /** The slash goes first, then what is blank around the rest. */
  @Test
  void aSlashMayStandApartFromItsPattern() {
    IgnorePatterns ignore = parse("/ docs", "! /docs/a.md");

    assertThat(ignore.ignores("docs/b.md")).isTrue();
    assertThat(ignore.ignores("docs/a.md")).isFalse();
  }

  @Test
  void anErrorNamesTheLine() {
    assertThatThrownBy(() -> parse("ok", "# [", "[a-"))
        .isInstanceOf(DockerfileException.class)
        .hasMessage(".dockerignore:3: syntax error in pattern");
  }

  @Test
  void aPatternHasALimit() {
    assertThatThrownBy(() -> parse("a".repeat(70_000)))
        .hasMessage(".dockerignore:1: pattern longer than 65535");
  }

  @Test
  void patternsGivenOneByOneHaveNoComments() {
    IgnorePatterns excludes = IgnorePatterns.of(List.of("#a", "b/*.md", "!b/x.md"));

    assertThat(excludes.ignores("#a")).isTrue();
    assertThat(excludes.ignores("b/y.md")).isTrue();
    assertThat(excludes.ignores("b/x.md")).isFalse();
  }

  @Test
  void noPatternsIgnoreNothing() {
    assertThat(IgnorePatterns.NONE.ignores("a")).isFalse();
    assertThat(IgnorePatterns.NONE.isEmpty()).isTrue();
    assertThat(parse("# only a comment", "").isEmpty()).isTrue();
  }

  @Test
  void aPatternOfManyStarsTakesNoExponentialTime() {
    IgnorePatterns ignore = parse("*a".repeat(1000) + "b", "**/a".repeat(300));

    assertThat(ignore.ignores("a".repeat(2000))).isFalse();
    assertThat(ignore.ignores("a/".repeat(1000) + "c")).isTrue();
  }

  private static IgnorePatterns parse(String... lines) {
    return IgnorePatterns.parse(
        ".dockerignore", String.join("\n", lines).getBytes(StandardCharsets.UTF_8));
  }
}
