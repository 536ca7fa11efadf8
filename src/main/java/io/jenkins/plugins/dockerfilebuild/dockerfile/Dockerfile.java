package io.jenkins.plugins.dockerfilebuild.dockerfile;

import java.util.List;
import java.util.Optional;

/**
 * A parsed Dockerfile: every instruction known and well-formed, variables not yet expanded.
 *
 * @param file the name the user knows it by; it stands in error messages
 * @param globalArguments the ARG instructions before the first FROM
 */
public record Dockerfile(
    String file,
    ParserDirectives directives,
    List<Instruction.Arg> globalArguments,
    List<Stage> stages,
    List<ParserWarning> warnings) {

  /**
   * A build stage.
   *
   * @param name what stands behind AS, in lower case as BuildKit keeps it
   */
  public record Stage(
      int index, Optional<String> name, Instruction.From from, List<Instruction> instructions) {}
}
