package io.jenkins.plugins.dockerfilebuild.dockerfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/**
 * Whatever stands in a Dockerfile or a {@code .dockerignore}: a result or a {@link
 * DockerfileException}, nothing else, and soon. A hang shows as a build that does not end.
 */
class HostileInputTest {

  /** Pieces that mean something to one of the parsers. */
  private static final List<String> PIECES =
      List.of(
          "FROM a\n",
          "RUN ",
          "COPY ",
          "ADD ",
          "ENV ",
          "LABEL ",
          "ARG ",
          "ONBUILD ",
          "HEALTHCHECK ",
          "SHELL ",
          "EXPOSE ",
          "# escape=`\n",
          "# syntax=x\n",
          "--mount=type=cache,",
          "--from=",
          "--",
          "<<EOF",
          "<<-'E F'",
          "EOF\n",
          "\n",
          "\r\n",
          "\\\n",
          "`\n",
          "\\",
          "`",
          "\"",
          "'",
          "[",
          "]",
          "[\"a\",",
          "{\"syntax\":",
          "${",
          "}",
          "$",
          ":-",
          "##",
          "%",
          "//",
          "/",
          "*",
          "?",
          "**/",
          "!",
          "#",
          "=",
          ",",
          " ",
          "\t",
          "\u00a0",
          "\u3000",
          "\ufeff",
          "\u0000",
          "é",
          "😀",
          "a",
          "0",
          "CMD",
          "as",
          "1e9");

  @Property(tries = 3000)
  void anyBytesGiveADockerfileOrAnError(@ForAll byte[] content) {
    parsesOrRefuses(content);
  }

  @Property(tries = 10000)
  void anyMixtureOfSyntaxGivesADockerfileOrAnError(@ForAll("syntax") String content) {
    parsesOrRefuses(content.getBytes(StandardCharsets.UTF_8));
  }

  @Property(tries = 5000)
  void anyWordExpandsOrIsRefused(@ForAll("syntax") String word, @ForAll("syntax") String value) {
    Map<String, String> variables = Map.of("a", value, "as", word);
    for (char escape : new char[] {'\\', '`'}) {
      orRefuses(
          () -> {
            WordExpansion.Expansion result = new WordExpansion(escape).trace(word, variables);
            assertThat(result.words()).doesNotContain("");
          });
    }
  }

  @Property(tries = 5000)
  void anyMountIsReadOrRefused(@ForAll("syntax") String flag) {
    orRefuses(() -> assertThat(Mount.parse(flag, value -> value).target()).isNotNull());
  }

  /** What a walker relies on when it does not look into a directory. */
  @Property(tries = 5000)
  void nothingIsLetInAgainWhereNobodyLooks(
      @ForAll("patterns") List<String> patterns, @ForAll("paths") String path) {
    IgnorePatterns ignore;
    try {
      ignore =
          IgnorePatterns.parse("f", String.join("\n", patterns).getBytes(StandardCharsets.UTF_8));
    } catch (DockerfileException refused) {
      return;
    }
    for (int slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
      String directory = path.substring(0, slash);
      if (ignore.ignores(directory) && !ignore.mayIncludeBelow(directory)) {
        assertThat(ignore.ignores(path)).as("%s below %s", path, directory).isTrue();
      }
    }
  }

  /** An exec form survives any characters. */
  @Property(tries = 2000)
  void wordsSurviveTheJsonForm(@ForAll List<String> words) throws Exception {
    String json = new ObjectMapper().writeValueAsString(words);
    String printable = json.replace("\u2028", "\\u2028");
    if (printable.length() > 10_000) {
      return;
    }
    Dockerfile dockerfile =
        Dockerfile.parse("f", ("FROM a\nRUN " + printable).getBytes(StandardCharsets.UTF_8));
    Instruction.Run run = (Instruction.Run) dockerfile.stages().get(0).instructions().get(0);
    assertThat(run.command().words())
        .containsExactlyElementsOf(words.stream().map(HostileInputTest::decodable).toList());
  }

  /** Anything single-quoted is itself. */
  @Property
  void aQuotedWordIsItself(@ForAll("syntax") String text) {
    String word = text.replace("'", "");

    assertThat(new WordExpansion('\\').expand("'" + word + "'", Map.of())).isEqualTo(word);
  }

  @Property(tries = 4000)
  void mutatedDockerfilesGiveADockerfileOrAnError(@ForAll long seed) {
    Random random = new Random(seed);
    byte[] content = CORPUS.get(random.nextInt(CORPUS.size())).clone();
    for (int i = random.nextInt(12); i >= 0; i--) {
      content = mutated(content, random);
    }
    parsesOrRefuses(content);
  }

  @Example
  void aFileHasNoMoreInstructionsThanAnybodyWrites() {
    byte[] content = "USER a\n".repeat(10_001).getBytes(StandardCharsets.UTF_8);

    assertThatThrownBy(() -> SyntaxTree.parse("Dockerfile", content))
        .isInstanceOf(DockerfileException.class)
        .hasMessage("Dockerfile:10001: there are more than 10000 instructions");
  }

  @Example
  void nestingOfAnyKindEndsInAnError() {
    String deep = "${a:-".repeat(13_000);
    for (String line :
        List.of(
            "ENV a=" + deep,
            "RUN " + deep + "<<EOF",
            "ONBUILD ".repeat(8_000) + "RUN x",
            "CMD " + "[".repeat(60_000),
            "CMD " + "[".repeat(30_000) + "]".repeat(30_000),
            "RUN --mount=" + "\"\"".repeat(30_000) + " x",
            "COPY " + "a ".repeat(30_000),
            "EXPOSE " + "<<".repeat(30_000),
            "# " + " ".repeat(60_000) + "x")) {
      parsesOrRefuses(("FROM a\n" + line + "\n").getBytes(StandardCharsets.UTF_8));
    }
    assertThatThrownBy(() -> new WordExpansion('\\').expand(deep, Map.of()))
        .isInstanceOf(DockerfileException.class);
  }

  private static void parsesOrRefuses(byte[] content) {
    orRefuses(
        () -> {
          Dockerfile dockerfile = Dockerfile.parse("f", content);
          for (Dockerfile.Stage stage : dockerfile.stages()) {
            stage.instructions().forEach(HostileInputTest::use);
          }
        });
    orRefuses(
        () -> {
          IgnorePatterns ignore = IgnorePatterns.parse("f", content);
          assertThat(ignore.isEmpty() && ignore.ignores("a/b")).isFalse();
        });
  }

  private static void use(Instruction instruction) {
    assertThat(instruction.range().endLine()).isGreaterThanOrEqualTo(1);
    if (instruction instanceof Instruction.Run run) {
      assertThat(run.script()).isNotNull();
    } else if (instruction instanceof Instruction.OnBuild onBuild) {
      orRefuses(
          () ->
              assertThat(Instruction.parseTrigger("f", onBuild.expression(), onBuild.range()))
                  .isNotNull());
    }
  }

  private static void orRefuses(Runnable parse) {
    try {
      parse.run();
    } catch (DockerfileException e) {
      assertThat(e.problem()).isNotBlank();
    }
  }

  @Provide
  Arbitrary<String> syntax() {
    return Arbitraries.of(PIECES).list().ofMaxSize(40).map(pieces -> String.join("", pieces));
  }

  @Provide
  Arbitrary<List<String>> patterns() {
    return Arbitraries.of("a", "b", "*", "**", "/", "?", "[ab]", "!", "**/", ".", "ab")
        .list()
        .ofMinSize(1)
        .ofMaxSize(6)
        .map(pieces -> String.join("", pieces))
        .list()
        .ofMinSize(1)
        .ofMaxSize(4);
  }

  @Provide
  Arbitrary<String> paths() {
    return Arbitraries.of("a", "b", "ab", "ba", "c")
        .list()
        .ofMinSize(2)
        .ofMaxSize(5)
        .map(names -> String.join("/", names));
  }

  /** What the text is once it went through UTF-8, which has no lone surrogates. */
  private static String decodable(String text) {
    return text.codePoints()
        .map(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE ? 0xFFFD : c)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  /** Every vector of the conformance folder, or where that is not there one file of our own. */
  private static final List<byte[]> CORPUS =
      Conformance.isThere()
          ? Conformance.vectors().stream().map(Conformance.Vector::dockerfile).toList()
          : List.of(
              "FROM a AS b\nRUN --mount=type=cache,target=/c <<E\nx\nE\nCOPY [\"a\", \"b\"]\n"
                  .getBytes(StandardCharsets.UTF_8));

  private static byte[] mutated(byte[] content, Random random) {
    if (content.length == 0) {
      return content;
    }
    int at = random.nextInt(content.length);
    byte[] head = Arrays.copyOf(content, at);
    int skip = random.nextInt(3) == 0 ? random.nextInt(Math.min(40, content.length - at) + 1) : 0;
    byte[] tail = Arrays.copyOfRange(content, at + skip, content.length);
    byte[] between =
        random.nextBoolean()
            ? PIECES.get(random.nextInt(PIECES.size())).getBytes(StandardCharsets.UTF_8)
            : new byte[] {(byte) random.nextInt(256)};
    byte[] result = Arrays.copyOf(head, head.length + between.length + tail.length);
    System.arraycopy(between, 0, result, head.length, between.length);
    System.arraycopy(tail, 0, result, head.length + between.length, tail.length);
    return result;
  }
}
