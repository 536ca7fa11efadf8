package io.jenkins.plugins.dockerfilebuild.dockerfile;

import io.jenkins.plugins.dockerfilebuild.dockerfile.Instruction.ArgDeclaration;
import io.jenkins.plugins.dockerfilebuild.dockerfile.Instruction.CommandLine;
import io.jenkins.plugins.dockerfilebuild.dockerfile.Instruction.KeyValue;
import io.jenkins.plugins.dockerfilebuild.dockerfile.InstructionFlags.Kind;
import io.jenkins.plugins.dockerfilebuild.dockerfile.SyntaxTree.Node;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Makes a typed instruction of a node: number of arguments, flags, names. The order of the checks,
 * and with it which of several mistakes is told, is that of BuildKit's {@code instructions.Parse}.
 */
final class InstructionReader {

  private static final List<String> KEYWORDS =
      List.of(
          "ADD",
          "ARG",
          "CMD",
          "COPY",
          "ENTRYPOINT",
          "ENV",
          "EXPOSE",
          "FROM",
          "HEALTHCHECK",
          "LABEL",
          "MAINTAINER",
          "ONBUILD",
          "RUN",
          "SHELL",
          "STOPSIGNAL",
          "USER",
          "VOLUME",
          "WORKDIR");

  private static final Pattern STAGE_NAME = Pattern.compile("[a-z][a-z0-9_.-]*+");

  private static final Pattern ONBUILD =
      Pattern.compile("^[\\t\\n\\f\\r ]*+(?i:ONBUILD)[\\t\\n\\f\\r ]*+");

  private static final Map<String, Kind> NO_FLAGS = Map.of();

  private final Node node;
  private final List<String> arguments;
  private final SourceRange range;
  private final String text;

  private InstructionReader(Node node) {
    this.node = node;
    this.arguments = node.arguments();
    this.range = node.range();
    this.text = Blanks.trim(node.text());
  }

  /**
   * @throws DockerfileException without a place, if the instruction is refused
   */
  static Instruction read(Node node) {
    return new InstructionReader(node).instruction();
  }

  /** See {@link Instruction#parseTrigger}. */
  static Instruction trigger(String file, String expression, SourceRange from) {
    SyntaxTree tree = SyntaxTree.parse(file, expression.getBytes(StandardCharsets.UTF_8));
    if (tree.instructions().size() != 1) {
      throw new DockerfileException(
          file, 0, "onbuild trigger should be a single expression", Optional.empty());
    }
    Node node = tree.instructions().get(0);
    Instruction instruction;
    try {
      instruction = read(node.with(node.heredocs(), from));
    } catch (DockerfileException e) {
      throw e.at(file, 0);
    }
    if (instruction instanceof Instruction.From) {
      throw new DockerfileException(
          file, 0, "FROM isn't allowed as an ONBUILD trigger", Optional.empty());
    }
    return instruction;
  }

  private Instruction instruction() {
    return switch (node.keyword()) {
      case "ADD" -> new TransferReader(node, text).add();
      case "COPY" -> new TransferReader(node, text).copy();
      case "RUN" -> RunReader.read(node, text);
      case "HEALTHCHECK" -> HealthCheckReader.read(node, text);
      case "FROM" -> from();
      case "ARG" -> arg();
      case "ENV" -> new Instruction.Env(range, text, pairs());
      case "LABEL" -> new Instruction.Label(range, text, pairs());
      case "CMD" -> new Instruction.Cmd(range, text, unflaggedCommand());
      case "ENTRYPOINT" -> new Instruction.Entrypoint(range, text, unflaggedCommand());
      case "SHELL" -> shell();
      case "USER" -> new Instruction.User(range, text, onlyArgument());
      case "WORKDIR" -> new Instruction.Workdir(range, text, onlyArgument());
      case "MAINTAINER" -> new Instruction.Maintainer(range, text, onlyArgument());
      case "STOPSIGNAL" -> stopSignal();
      case "VOLUME" -> volume();
      case "EXPOSE" -> expose();
      case "ONBUILD" -> onBuild();
      default -> throw unknown();
    };
  }

  private DockerfileException unknown() {
    String written = Blanks.split(text, 2).get(0);
    return new DockerfileException(
        "",
        0,
        "unknown instruction: " + written,
        NearestWord.ofAnyCase(written, KEYWORDS).map(DockerfileException::didYouMean));
  }

  private Instruction from() {
    Optional<String> alias = stageName();
    InstructionFlags flags = flags(Map.of("platform", Kind.TEXT));
    return new Instruction.From(range, text, arguments.get(0), flags.text("platform"), alias);
  }

  private Optional<String> stageName() {
    if (arguments.size() == 1) {
      return Optional.empty();
    }
    if (arguments.size() != 3 || !arguments.get(1).equalsIgnoreCase("as")) {
      throw new DockerfileException("FROM requires either one or three arguments");
    }
    String name = arguments.get(2).toLowerCase(Locale.ROOT);
    if (!STAGE_NAME.matcher(name).matches()) {
      throw new DockerfileException(
          "invalid name for build stage: "
              + Quoted.of(arguments.get(2))
              + ", name can't start with a number or contain symbols");
    }
    return Optional.of(name);
  }

  /** BuildKit accepts any flag here, and on STOPSIGNAL, and so must we. */
  private Instruction arg() {
    requireArguments();
    List<ArgDeclaration> declarations = new ArrayList<>();
    for (String argument : arguments) {
      int equals = argument.indexOf('=');
      if (equals == 0) {
        throw blankNames();
      }
      declarations.add(
          equals < 0
              ? new ArgDeclaration(argument, Optional.empty())
              : new ArgDeclaration(
                  argument.substring(0, equals), Optional.of(argument.substring(equals + 1))));
    }
    return new Instruction.Arg(range, text, List.copyOf(declarations));
  }

  private List<KeyValue> pairs() {
    flags(NO_FLAGS);
    requireArguments();
    List<KeyValue> pairs = new ArrayList<>();
    for (int i = 0; i + 2 < arguments.size(); i += 3) {
      if (arguments.get(i).isEmpty()) {
        throw blankNames();
      }
      pairs.add(new KeyValue(arguments.get(i), arguments.get(i + 1)));
    }
    return List.copyOf(pairs);
  }

  private CommandLine unflaggedCommand() {
    flags(NO_FLAGS);
    return command(arguments, node.json());
  }

  static CommandLine command(List<String> arguments, boolean json) {
    boolean asWritten = json || arguments.isEmpty();
    return new CommandLine(
        asWritten ? List.copyOf(arguments) : List.of(String.join(" ", arguments)), !json);
  }

  private Instruction shell() {
    flags(NO_FLAGS);
    requireArguments();
    if (!node.json()) {
      throw new DockerfileException("SHELL requires the arguments to be in JSON form");
    }
    return new Instruction.Shell(range, text, List.copyOf(arguments));
  }

  private Instruction stopSignal() {
    requireOneArgument();
    return new Instruction.StopSignal(range, text, arguments.get(0));
  }

  private Instruction volume() {
    requireArguments();
    flags(NO_FLAGS);
    List<String> paths = arguments.stream().map(Blanks::trim).toList();
    if (paths.contains("")) {
      throw new DockerfileException("VOLUME specified can not be an empty string");
    }
    return new Instruction.Volume(range, text, paths);
  }

  private Instruction expose() {
    requireArguments();
    flags(NO_FLAGS);
    return new Instruction.Expose(range, text, arguments.stream().sorted().toList());
  }

  private Instruction onBuild() {
    if (node.onbuild().isEmpty()) {
      throw atLeastOne();
    }
    flags(NO_FLAGS);
    String trigger = node.onbuild().get().keyword();
    if (trigger.equals("ONBUILD")) {
      throw new DockerfileException("Chaining ONBUILD via `ONBUILD ONBUILD` isn't allowed");
    }
    if (trigger.equals("MAINTAINER") || trigger.equals("FROM")) {
      throw new DockerfileException(trigger + " isn't allowed as an ONBUILD trigger");
    }
    StringBuilder expression = new StringBuilder(ONBUILD.matcher(node.text()).replaceFirst(""));
    node.heredocs()
        .forEach(
            document -> expression.append('\n').append(document.content()).append(document.name()));
    return new Instruction.OnBuild(range, text, expression.toString());
  }

  private InstructionFlags flags(Map<String, Kind> known) {
    return InstructionFlags.parse(node.flags(), known);
  }

  private String onlyArgument() {
    requireOneArgument();
    flags(NO_FLAGS);
    return arguments.get(0);
  }

  private void requireOneArgument() {
    if (arguments.size() != 1) {
      throw new DockerfileException(node.keyword() + " requires exactly one argument");
    }
  }

  private void requireArguments() {
    if (arguments.isEmpty()) {
      throw atLeastOne();
    }
  }

  private DockerfileException atLeastOne() {
    return new DockerfileException(node.keyword() + " requires at least one argument");
  }

  private DockerfileException blankNames() {
    return new DockerfileException(node.keyword() + " names can not be blank");
  }
}
