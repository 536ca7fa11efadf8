package io.jenkins.plugins.dockerfilebuild.dockerfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the conformance vectors do not hold: limits, places of errors, bytes that are not UTF-8. */
class SyntaxTreeTest {

  @Test
  void aLineMayHave65535BytesAndNoMore() {
    String longest = "RUN " + "x".repeat(SourceLines.MAX_LINE_BYTES - 4);

    assertThat(parse("FROM a\n" + longest + "\nRUN y").instructions()).hasSize(3);
    assertThatThrownBy(() -> parse("FROM a\n\nRUN a \\\n" + longest + "x\n"))
        .hasMessage("f:4: dockerfile line greater than max allowed size of 65535");
  }

  @Test
  void bytesThatAreNotUtf8AreReplacedWithAWarning() {
    SyntaxTree tree =
        SyntaxTree.parse("f", "FROM a\nLABEL n=Jos\u00e9".getBytes(StandardCharsets.ISO_8859_1));

    assertThat(tree.instructions().get(1).arguments()).containsExactly("n", "Jos\uFFFD", "=");
    assertThat(tree.warnings())
        .containsExactly(
            new ParserWarning(2, "Not UTF-8: what cannot be read is replaced by U+FFFD"));
  }

  @Test
  void aReplacementCharacterThatIsWrittenIsNoCause() {
    assertThat(parse("FROM a\nLABEL n=\uFFFD").warnings()).isEmpty();
  }

  @Test
  void anErrorNamesTheFirstLineOfItsInstruction() {
    assertThatThrownBy(() -> parse("FROM a\n\nENV a=b \\\n  c\n"))
        .hasMessageStartingWith("f:3: Syntax error - can't find = in \"c\"");
  }

  @Test
  void anEmptyFileIsRefused() {
    assertThatThrownBy(() -> parse("")).hasMessage("f: file with no instructions");
  }

  @Test
  void anInstructionKnowsItsTextAndItsLines() {
    SyntaxTree.Node node = parse("FROM a\nRUN a \\\n # c\n  b\n").instructions().get(1);

    assertThat(node.text()).isEqualTo("RUN a   b");
    assertThat(node.range()).isEqualTo(new SourceRange(2, 4));
    assertThat(node.arguments()).isEqualTo(List.of("a   b"));
  }

  @Test
  void directivesAreFoundEachInItsOwnWay() {
    ParserDirectives directives =
        parse("# syntax=docker/dockerfile:1\n#escape=`\n# CHECK=skip=all\nFROM a").directives();

    assertThat(directives.escape()).isEqualTo('`');
    assertThat(directives.syntax()).contains("docker/dockerfile:1");
    assertThat(directives.check()).contains("skip=all");
  }

  @Test
  void aFileOfAnotherFrontendNamesItInItsOwnNotation() {
    assertThat(parse("// syntax=a/b\nFROM a").directives().syntax()).contains("a/b");
    assertThat(parse("{\"x\": [1, {\"syntax\": 2}], \"syntax\": \"a/b\"}").directives().syntax())
        .contains("a/b");
    assertThat(parse("{\"syntax\": 1}").directives().syntax()).isEmpty();
  }

  private static SyntaxTree parse(String text) {
    return SyntaxTree.parse("f", text.getBytes(StandardCharsets.UTF_8));
  }
}
