package io.jenkins.plugins.dockerfilebuild.dockerfile;

import io.jenkins.plugins.dockerfilebuild.dockerfile.SyntaxTree.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * One logical line to a {@link Node}: keyword, flags, and the arguments in the form that the
 * keyword asks for. Unknown keywords are accepted; they have one empty argument.
 */
final class NodeReader {

  /** Beyond it the second stage refuses ONBUILD anyway, from two on. */
  private static final int MAX_ONBUILD = 16;

  /** The arguments of an instruction, and whether they were given as JSON. */
  private record Arguments(List<String> words, boolean json, Optional<Node> onbuild) {
    static Arguments of(List<String> words) {
      return new Arguments(words, false, Optional.empty());
    }
  }

  private final char escape;

  NodeReader(char escape) {
    this.escape = escape;
  }

  /**
   * @throws DockerfileException without a place, if the arguments do not have their form
   */
  Node read(String line, SourceRange range) {
    return read(line, range, 0);
  }

  private Node read(String line, SourceRange range, int depth) {
    List<String> parts = Blanks.split(Blanks.trim(line), 2);
    String keyword = parts.get(0).toUpperCase(Locale.ROOT);
    FlagWords.Split split = FlagWords.split(parts.size() > 1 ? parts.get(1) : "", escape);
    Arguments arguments = arguments(keyword, Blanks.trim(split.rest()), depth);
    return new Node(
        keyword,
        split.flags(),
        arguments.words(),
        arguments.json(),
        List.of(),
        arguments.onbuild(),
        range,
        line);
  }

  private Arguments arguments(String keyword, String rest, int depth) {
    return switch (keyword) {
      case "RUN", "CMD", "ENTRYPOINT", "SHELL" -> jsonOrText(rest);
      case "COPY", "ADD", "VOLUME" -> jsonOrWords(rest);
      case "HEALTHCHECK" -> healthCheck(rest);
      case "ENV", "LABEL" -> Arguments.of(pairs(keyword, rest));
      case "ARG" -> Arguments.of(QuotedWords.split(rest, escape));
      case "FROM", "EXPOSE" -> Arguments.of(words(rest));
      case "MAINTAINER", "STOPSIGNAL", "USER", "WORKDIR" -> Arguments.of(text(rest));
      case "ONBUILD" -> onbuild(rest, depth);
      default -> Arguments.of(List.of(""));
    };
  }

  private static List<String> text(String rest) {
    return rest.isEmpty() ? List.of() : List.of(rest);
  }

  private static List<String> words(String rest) {
    return rest.isEmpty() ? List.of() : Blanks.split(rest, Integer.MAX_VALUE);
  }

  private static Arguments jsonOrText(String rest) {
    return JsonForm.parse(rest)
        .map(words -> new Arguments(words, true, Optional.empty()))
        .orElseGet(() -> Arguments.of(text(rest)));
  }

  private static Arguments jsonOrWords(String rest) {
    return JsonForm.parse(rest)
        .map(words -> new Arguments(words, true, Optional.empty()))
        .orElseGet(() -> Arguments.of(words(rest)));
  }

  /** NONE or CMD, then a command. BuildKit looks for the blanks between the two byte by byte. */
  private static Arguments healthCheck(String rest) {
    String bytes = FlagWords.asBytes(rest);
    int end = 0;
    while (end < bytes.length() && !Blanks.isBlank(bytes.charAt(end))) {
      end++;
    }
    int next = end;
    while (next < bytes.length() && Blanks.isBlank(bytes.charAt(next))) {
      next++;
    }
    if (end == 0) {
      return Arguments.of(List.of());
    }
    Arguments command = jsonOrText(FlagWords.asText(bytes.substring(next)));
    List<String> words = new ArrayList<>();
    words.add(FlagWords.asText(bytes.substring(0, end)));
    words.addAll(command.words());
    return new Arguments(words, command.json(), Optional.empty());
  }

  /** Key, value, separator; the old form {@code ENV key value} has no separator. */
  private List<String> pairs(String keyword, String rest) {
    List<String> words = QuotedWords.split(rest, escape);
    if (words.isEmpty()) {
      return List.of();
    }
    if (!words.get(0).contains("=")) {
      List<String> parts = Blanks.split(rest, 2);
      if (parts.size() < 2) {
        throw new DockerfileException(keyword + " must have two arguments");
      }
      return List.of(parts.get(0), parts.get(1), "");
    }
    List<String> triples = new ArrayList<>();
    for (String word : words) {
      int equals = word.indexOf('=');
      if (equals < 0) {
        throw new DockerfileException(
            "Syntax error - can't find = in "
                + Quoted.of(word)
                + ". Must be of the form: name=value");
      }
      triples.addAll(List.of(word.substring(0, equals), word.substring(equals + 1), "="));
    }
    return triples;
  }

  private Arguments onbuild(String rest, int depth) {
    if (rest.isEmpty()) {
      return Arguments.of(List.of());
    }
    if (depth == MAX_ONBUILD) {
      throw new DockerfileException("Chaining ONBUILD via `ONBUILD ONBUILD` isn't allowed");
    }
    return new Arguments(List.of(), false, Optional.of(read(rest, SourceRange.NONE, depth + 1)));
  }
}
