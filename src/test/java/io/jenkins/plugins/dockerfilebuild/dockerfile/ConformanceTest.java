package io.jenkins.plugins.dockerfilebuild.dockerfile;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What BuildKit's parser, shell lexer and pattern matcher answer, we answer. */
class ConformanceTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  @BeforeAll
  static void vectorsAreThere() {
    Conformance.assumeThere();
  }

  @Test
  void theFirstStageMakesTheSameTreeOrTheSameError() {
    Map<String, String> disagreements = new TreeMap<>();
    List<Conformance.Vector> vectors = Conformance.vectors();
    for (Conformance.Vector vector : vectors) {
      JsonNode ours = tree(vector.dockerfile());
      if (!ours.equals(vector.expected())) {
        disagreements.put(vector.name(), ours + "\n instead of " + vector.expected());
      }
    }
    assertThat(vectors).hasSizeGreaterThan(800);
    Conformance.check("tree", vectors.size(), disagreements);
  }

  @Test
  void theSecondStageRefusesTheSameFilesInTheSameWords() {
    JsonNode errors = Conformance.json("instruction-errors.json");
    Map<String, String> disagreements = new TreeMap<>();
    int cases = 0;
    for (Conformance.Vector vector : Conformance.vectors()) {
      if (vector.expected().has("error")) {
        continue;
      }
      cases++;
      String expected = errors.path(vector.name()).asText("accepted");
      String ours = secondStage(vector.dockerfile(), expected);
      if (!ours.equals(expected)) {
        disagreements.put(vector.name(), ours + "\n instead of " + expected);
      }
    }
    assertThat(cases).isGreaterThan(700);
    Conformance.check("instructions", cases, disagreements);
  }

  @Test
  void wordsExpandToTheSameText() {
    expandsAlike(
        "process_word.json",
        (testCase) -> expansion(testCase).expand(word(testCase), variables(testCase)),
        JsonNode::asText);
  }

  @Test
  void wordsSplitAlike() {
    expandsAlike(
        "process_words.json",
        (testCase) -> expansion(testCase).expandToWords(word(testCase), variables(testCase)),
        Conformance::strings);
  }

  @Test
  void theTableOfBuildKitsLexerTestHolds() {
    Map<String, String> variables =
        Map.of("PWD", "/home", "SHELL", "bash", "KOREAN", "한국어", "NULL", "");
    Map<String, String> disagreements = new TreeMap<>();
    int cases = 0;
    for (String line : Conformance.lines("shell/envVarTest")) {
      String[] fields = line.split("[|]", 3);
      if (line.startsWith("#") || fields.length < 3 || fields[0].trim().equals("W")) {
        continue;
      }
      cases++;
      String word = fields[1].trim();
      String expected = fields[2].trim();
      String ours =
          orError(() -> new WordExpansion('\\').expand(word, variables), problem -> "error");
      if (!ours.equals(expected)) {
        disagreements.put(word, ours + " instead of " + expected);
      }
    }
    assertThat(cases).isGreaterThan(200);
    Conformance.check("envVarTest", cases, disagreements);
  }

  @Test
  void theTableOfBuildKitsWordsTestHolds() {
    Map<String, String> variables = new HashMap<>();
    Map<String, String> disagreements = new TreeMap<>();
    int cases = 0;
    for (String line : Conformance.lines("shell/wordsTest")) {
      if (line.startsWith("ENV ")) {
        String[] pair = line.substring(4).split("=", 2);
        variables.put(pair[0], pair[1]);
      }
      int bar = line.lastIndexOf('|');
      if (line.startsWith("#") || bar < 0) {
        continue;
      }
      cases++;
      String word = line.substring(0, bar).trim();
      String expected = line.substring(bar + 1).replaceFirst("^ +", "");
      String ours =
          orError(
              () -> String.join(",", new WordExpansion('\\').expandToWords(word, variables)),
              problem -> "error");
      if (!ours.equals(expected)) {
        disagreements.put(word, ours + " instead of " + expected);
      }
    }
    assertThat(cases).isGreaterThan(20);
    Conformance.check("wordsTest", cases, disagreements);
  }

  @Test
  void ignorePatternsIgnoreTheSameFiles() {
    Map<String, String> disagreements = new TreeMap<>();
    JsonNode cases = Conformance.json("dockerignore/cases.json");
    for (JsonNode testCase : cases) {
      String file = String.join("\n", Conformance.strings(testCase.get("patterns")));
      String expected =
          testCase.has("error")
              ? testCase.get("message").asText()
              : testCase.get("ignored").asText();
      String path = testCase.get("path").asText();
      String ours =
          orError(
              () ->
                  String.valueOf(
                      IgnorePatterns.parse(".dockerignore", file.getBytes(StandardCharsets.UTF_8))
                          .ignores(path)),
              problem -> problem);
      if (!ours.equals(expected)) {
        disagreements.put(testCase.toString(), ours);
      }
    }
    assertThat(cases).hasSizeGreaterThan(300);
    Conformance.check("dockerignore", cases.size(), disagreements);
  }

  private static <T> void expandsAlike(
      String file, Function<JsonNode, T> ours, Function<JsonNode, T> expected) {
    Map<String, String> disagreements = new TreeMap<>();
    JsonNode cases = Conformance.json("shell/" + file);
    for (JsonNode testCase : cases) {
      String wanted =
          testCase.has("error")
              ? testCase.get("message").asText()
              : expected.apply(testCase.get("expect")).toString();
      String got = orError(() -> ours.apply(testCase).toString(), problem -> problem);
      if (!got.equals(wanted)) {
        disagreements.put(testCase.toString(), got);
      }
    }
    assertThat(cases).hasSizeGreaterThan(50);
    Conformance.check(file, cases.size(), disagreements);
  }

  private static String orError(
      java.util.function.Supplier<String> result, Function<String, String> error) {
    try {
      return result.get();
    } catch (DockerfileException e) {
      return error.apply(e.problem());
    }
  }

  private static WordExpansion expansion(JsonNode testCase) {
    return new WordExpansion(testCase.path("escape").asText("\\").charAt(0));
  }

  private static String word(JsonNode testCase) {
    return testCase.get("word").asText();
  }

  private static Map<String, String> variables(JsonNode testCase) {
    Map<String, String> variables = new HashMap<>();
    testCase
        .get("env")
        .properties()
        .forEach(entry -> variables.put(entry.getKey(), entry.getValue().asText()));
    return variables;
  }

  /** BuildKit's words around a problem; it leaves the line out where no stage has begun. */
  private static String secondStage(byte[] content, String expected) {
    try {
      Dockerfile.parse("Dockerfile", content);
      return "accepted";
    } catch (DockerfileException e) {
      boolean withLine = expected.startsWith("dockerfile parse error");
      boolean withHint = e.hint().filter(hint -> hint.startsWith("did you mean")).isPresent();
      return (withLine ? "dockerfile parse error on line " + e.line() + ": " : "")
          + e.problem()
          + (withHint ? " (" + e.hint().orElseThrow() + ")" : "");
    }
  }

  private static JsonNode tree(byte[] content) {
    ObjectNode result = JSON.createObjectNode();
    SyntaxTree tree;
    try {
      tree = SyntaxTree.parse("Dockerfile", content);
    } catch (DockerfileException e) {
      return result.put("error", e.problem());
    }
    ObjectNode directives = result.putObject("directives");
    directives.put("escape", String.valueOf(tree.directives().escape()));
    tree.directives().syntax().ifPresent(value -> directives.put("syntax", value));
    tree.directives().check().ifPresent(value -> directives.put("check", value));
    ArrayNode instructions = result.putArray("instructions");
    tree.instructions().forEach(node -> instructions.add(node(node)));
    return result.put("warnings", tree.warnings().size());
  }

  private static ObjectNode node(SyntaxTree.Node node) {
    ObjectNode result = JSON.createObjectNode();
    result.put("keyword", node.keyword());
    node.flags().forEach(result.putArray("flags")::add);
    node.arguments().forEach(result.putArray("arguments")::add);
    result.put("json", node.json());
    ArrayNode heredocs = result.putArray("heredocs");
    for (HereDocument document : node.heredocs()) {
      heredocs
          .addObject()
          .put("name", document.name())
          .put("fd", document.fileDescriptor())
          .put("expand", document.expand())
          .put("chomp", document.chomp())
          .put("content", document.content());
    }
    node.onbuild().ifPresent(child -> result.set("onbuild", node(child)));
    result.put("startLine", node.range().startLine());
    return result.put("endLine", node.range().endLine());
  }
}
