package io.jenkins.plugins.dockerfilebuild.dockerfile;

import java.util.ArrayList;
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
   * Parses a file in both stages.
   *
   * @param file the name the user knows it by; it stands in error messages
   * @throws DockerfileException in BuildKit's words where it has some; nothing else, whatever the
   *     bytes. A file without FROM is accepted, as by BuildKit's parser: it has no stages.
   */
  public static Dockerfile parse(String file, byte[] content) {
    return of(file, SyntaxTree.parse(file, content));
  }

  /**
   * The second stage: makes typed instructions of a syntax tree and sorts them into build stages.
   *
   * @throws DockerfileException if an instruction is unknown or malformed, or stands before the
   *     first FROM and is no ARG; if an option of build checks is
   */
  public static Dockerfile of(String file, SyntaxTree tree) {
    List<Instruction.Arg> globalArguments = new ArrayList<>();
    List<Stage> stages = new ArrayList<>();
    for (SyntaxTree.Node node : tree.instructions()) {
      Instruction instruction = read(file, node);
      if (instruction instanceof Instruction.From from) {
        stages.add(new Stage(stages.size(), from.alias(), from, new ArrayList<>()));
      } else if (!stages.isEmpty()) {
        stages.get(stages.size() - 1).instructions().add(instruction);
      } else if (instruction instanceof Instruction.Arg arg) {
        globalArguments.add(arg);
      } else {
        throw new DockerfileException(
            file,
            node.range().startLine(),
            "no build stage in current context",
            Optional.of("begin with FROM"));
      }
    }
    return new Dockerfile(
        file,
        tree.directives(),
        List.copyOf(globalArguments),
        stages.stream().map(Stage::complete).toList(),
        warnings(file, tree));
  }

  /** Those of the parser, and that build checks are asked for, of which there are none here. */
  private static List<ParserWarning> warnings(String file, SyntaxTree tree) {
    List<ParserWarning> warnings = new ArrayList<>(tree.warnings());
    String check = tree.directives().check().orElse("");
    int line = tree.directives().checkLine();
    try {
      if (CheckOptions.parse(check).wanted()) {
        warnings.add(
            new ParserWarning(
                line, "build checks are not run here: check=%s does nothing".formatted(check)));
      }
    } catch (DockerfileException e) {
      throw e.at(file, line);
    }
    return List.copyOf(warnings);
  }

  private static Instruction read(String file, SyntaxTree.Node node) {
    try {
      return InstructionReader.read(node);
    } catch (DockerfileException e) {
      throw e.at(file, node.range().startLine());
    }
  }

  /**
   * A build stage.
   *
   * @param name what stands behind AS, in lower case as BuildKit keeps it
   */
  public record Stage(
      int index, Optional<String> name, Instruction.From from, List<Instruction> instructions) {

    private Stage complete() {
      return new Stage(index, name, from, List.copyOf(instructions));
    }
  }
}
