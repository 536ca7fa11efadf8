package io.jenkins.plugins.dockerfilebuild.dockerfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WordExpansionTest {

  private static final Map<String, String> VARIABLES =
      Map.of("V", "a/b/c.tar.gz", "E", "", "X", "xax", "L", "one\ntwo");

  private final WordExpansion expansion = new WordExpansion('\\');

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          $V         | a/b/c.tar.gz
          ${N:-w}    | w
          ${E:-w}    | w
          ${E-w}.    | .
          ${V:+w}    | w
          ${E:+w}.   | .
          ${E+w}     | w
          ${V#*/}    | b/c.tar.gz
          ${V##*/}   | c.tar.gz
          ${V%.*}    | a/b/c.tar
          ${V%%.*}   | a/b/c
          ${V/?/-}   | -/b/c.tar.gz
          ${X//x/<>} | <>a<>
          ${L#*o}    | two
          ${N:-${X%${E:-x}}} | xa
          """)
  void everyModifierWorks(String word, String expected) {
    String text = expansion.expand(word, VARIABLES);

    assertThat(word.contains("L#") ? text.substring(text.length() - 3) : text).isEqualTo(expected);
  }

  @Test
  void itTellsWhichVariablesWereAskedFor() {
    WordExpansion.Expansion result = expansion.trace("$V ${N:-$M}", VARIABLES);

    assertThat(result.used()).containsExactly("V");
    assertThat(result.unset()).containsExactlyInAnyOrder("N", "M");
    assertThat(result.words()).containsExactly("a/b/c.tar.gz");
  }

  @Test
  void aTextBeforeADefaultStaysInTheWord() {
    assertThat(expansion.expandToWords("80${N:-90} x", Map.of())).containsExactly("8090", "x");
  }

  @Test
  void variablesNestOnlySoDeep() {
    String word = "${a:-".repeat(100_000) + "}".repeat(100_000);

    assertThatThrownBy(() -> expansion.expand(word, Map.of()))
        .isInstanceOf(DockerfileException.class)
        .hasMessageEndingWith("variables are nested more than 100 deep");
    assertThat(expansion.expand("${a:-".repeat(100) + "x" + "}".repeat(100), Map.of()))
        .isEqualTo("x");
  }

  @Test
  void valuesThatDoubleEachOtherEndInAnError() {
    String[] value = {"x"};

    assertThatThrownBy(
            () -> {
              for (int i = 0; i < 64; i++) {
                value[0] = expansion.expand("$A$A", Map.of("A", value[0]));
              }
            })
        .hasMessageEndingWith("values of variables make it too long");
  }

  @Test
  void aReplacementThatWritesTooMuchEndsInAnError() {
    Map<String, String> variables = Map.of("A", "x".repeat(50_000));

    assertThatThrownBy(() -> expansion.expand("${A//x/" + "y".repeat(50_000) + "}", variables))
        .hasMessageEndingWith("a replacement makes the value too long");
  }

  @Test
  void manyReplacementsTogetherAreBounded() {
    Map<String, String> variables = Map.of("A", "x".repeat(1_000), "B", "y".repeat(1_000));

    assertThatThrownBy(() -> expansion.expand("${A//x/$B}".repeat(10), variables))
        .hasMessageEndingWith("values of variables make it too long");
  }

  @Test
  void aPatternOfManyStarsTakesNoExponentialTime() {
    Map<String, String> variables = Map.of("A", "a".repeat(20_000));

    assertThat(expansion.expand("${A##" + "*a".repeat(500) + "*b}", variables)).hasSize(20_000);
    assertThatThrownBy(() -> expansion.expand("${A##" + "*a".repeat(20_000) + "*b}", variables))
        .hasMessageEndingWith("the pattern takes too long to match");
  }
}
