package io.jenkins.plugins.dockerfilebuild.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The rules of Go's {@code filepath.Match}. */
class PathPatternTest {

  @ParameterizedTest
  @CsvSource({
    "abc, abc",
    "*, abc",
    "*c, abc",
    "a*, a",
    "a*, abc",
    "a*b*c*d*e*, axbxcxdxexxx",
    "a*b?c*x, abxbbxdbxebxczzx",
    "ab[c], abc",
    "ab[b-d], abc",
    "ab[^e-g], abc",
    "a\\*b, a*b",
    "a?b, a\u263ab",
    "a[^a]b, a\u263ab",
    "[a-\u03b6]*, \u03b1",
    "[\\]a], ]",
    "[\\-], -",
    "[x\\-], -",
    "[x\\-], x",
    "*x, xxx",
    "?, \ud83d\ude00"
  })
  void matches(String pattern, String name) {
    assertThat(PathPattern.parse(pattern).matches(name)).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "abc, abcd",
    "*c, abcx",
    "ab[e-g], abc",
    "ab[^c], abc",
    "ab[^b-d], abc",
    "a\\*b, ab",
    "a???b, a\u263ab",
    "a[^a][^a][^a]b, a\u263ab",
    "[x\\-], z",
    "a*b?c*x, abxbbxdbxebxczzy",
    "?, ab"
  })
  void doesNotMatch(String pattern, String name) {
    assertThat(PathPattern.parse(pattern).matches(name)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"[]a]", "[-]", "[x-]", "[-x]", "[a-b-c]", "[", "[^", "[^bc", "a[", "\\"})
  void aMalformedPatternIsAnError(String pattern) {
    assertThatThrownBy(() -> PathPattern.parse(pattern))
        .isInstanceOf(ContextException.class)
        .hasMessageContaining(pattern);
  }

  @Test
  void manyStarsDoNotTakeForEver() {
    String pattern = "a*".repeat(2000) + "b";

    assertThat(PathPattern.parse(pattern).matches("a".repeat(4000))).isFalse();
  }

  @Test
  void anEscapedWildcardIsNone() {
    assertThat(PathPattern.hasWildcards("a\\*b\\?c\\[")).isFalse();
    assertThat(PathPattern.hasWildcards("a\\\\*")).isTrue();
  }

  @Test
  void aQuotedPathMeansItself() {
    String path = "/a*b?c[d]\\e";

    assertThat(PathPattern.hasWildcards(PathPattern.quoted(path))).isFalse();
    assertThat(PathPattern.unquoted(PathPattern.quoted(path))).isEqualTo(path);
    assertThat(PathPattern.parse(PathPattern.quoted(path)).matches(path)).isTrue();
  }
}
