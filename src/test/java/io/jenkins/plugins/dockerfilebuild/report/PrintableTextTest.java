package io.jenkins.plugins.dockerfilebuild.report;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PrintableTextTest {

  @ParameterizedTest
  @CsvSource({
    "plain,plain",
    "'tab\tstays','tab\tstays'",
    "'\u001b[31mred\u001b[0m',red",
    "'\u001b[2J\u001b[Hgone?',gone?",
    "'\u001b]0;title\u0007after',after",
    "'\u001b]8;;http://x\u001b\\link\u001b]8;;\u001b\\',link",
    "'\u001b]0;never ends','0;never ends'",
    "'\u009b31mC1\u009d0;t\u009cx',C1x",
    "'\u001bP1$r\u001b\\dcs',dcs",
    "'\u001b(Bcharset',charset",
    "'\u001bcreset',reset",
    "'\u001b','' ",
    "'a\u0000b\u0008c\u007fd',abcd",
    "'two\nlines','two lines'",
    "'10%\r50%\r100%',100%",
    "'crlf\r',crlf",
    "'kept\r  ','kept  '",
    "'\u202egnp.exe',gnp.exe",
    "'\ud800lone','\ufffdlone'",
    "'中文 grüße 🎉','中文 grüße 🎉'"
  })
  void foreignTextBecomesOneHarmlessLine(String text, String expected) {
    assertThat(PrintableText.of(text)).isEqualTo(expected == null ? "" : expected);
  }

  @Test
  void aLineOfMillionsOfBegunSequencesIsReadOnce() {
    // Where the rest of the line is searched for each of them, this takes hours.
    assertThat(PrintableText.of("\u001b]x".repeat(4 << 20))).hasSize(4 << 20);
    assertThat(PrintableText.of("x" + "\r ".repeat(4 << 20))).hasSize((4 << 20) + 1);
  }

  @Property
  void nothingThatATerminalObeysIsLeft(@ForAll("hostile") String text) {
    String clean = PrintableText.of(text);

    assertThat(clean.chars().filter(c -> c != '\t').noneMatch(Character::isISOControl)).isTrue();
    assertThat(PrintableText.of(clean)).isEqualTo(clean);
  }

  @Property
  void aCutTextIsNeverWiderThanAsked(@ForAll("hostile") String text) {
    String clean = PrintableText.of(text);
    for (int columns = 0; columns < 20; columns++) {
      assertThat(Columns.width(Columns.cut(clean, columns))).isLessThanOrEqualTo(columns);
    }
  }

  @Provide
  Arbitrary<String> hostile() {
    return Arbitraries.strings()
        .withChars(
            '\u001b', '[', ']', ';', 'm', '0', '\u0007', '\\', '\r', '\n', '\t', 'x', '\u009b')
        .withChars('\u009d', '\u202e', '\ud83c', '\udf89', '中', '\u0301')
        .ofMaxLength(40);
  }
}
