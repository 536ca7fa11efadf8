package io.jenkins.plugins.dockerfilebuild.dockerfile;

import java.util.List;
import java.util.Optional;

/**
 * What the first stage of parsing yields: instructions with their words, not yet checked for
 * meaning. It has the shape that {@code parse --json} prints; {@code Dockerfile.of} makes typed
 * instructions of it.
 */
public record SyntaxTree(
    ParserDirectives directives, List<Node> instructions, List<ParserWarning> warnings) {

  /**
   * Parses a file. Instructions need not be known, nor have sensible arguments.
   *
   * @param file the name the user knows it by; it stands in error messages
   * @throws DockerfileException as BuildKit's parser would; nothing else, whatever the bytes
   */
  public static SyntaxTree parse(String file, byte[] content) {
    return new SyntaxTreeParser(file, content).parse();
  }

  /**
   * One instruction.
   *
   * @param keyword upper-cased first word, also of unknown instructions
   * @param arguments the words; ENV and LABEL as triples key, value, separator
   * @param json whether the arguments were given in the JSON (exec) form
   * @param onbuild the instruction inside an ONBUILD
   * @param text the logical line as written, continuations joined
   */
  public record Node(
      String keyword,
      List<String> flags,
      List<String> arguments,
      boolean json,
      List<HereDocument> heredocs,
      Optional<Node> onbuild,
      SourceRange range,
      String text) {

    Node with(List<HereDocument> heredocs, SourceRange range) {
      return new Node(keyword, flags, arguments, json, heredocs, onbuild, range, text);
    }
  }
}
