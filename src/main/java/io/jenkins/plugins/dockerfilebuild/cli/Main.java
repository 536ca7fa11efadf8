package io.jenkins.plugins.dockerfilebuild.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/**
 * The command line {@code dockerfile-build}. Exit statuses: 0 built (or done), 1 the build failed,
 * 2 wrong usage or an invalid Dockerfile, 3 no engine, no agent or lost infrastructure.
 */
@Command(
    name = "dockerfile-build",
    description = "Builds one Dockerfile over a pool of Docker engines.",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class)
public final class Main implements Runnable {

  private static final Map<String, BiFunction<CommandIo, Pool.Source, Object>> COMMANDS =
      commands();

  private final CommandLine commandLine;
  private final Errors errors;

  @Option(
      names = "--debug",
      scope = ScopeType.INHERIT,
      description = "Print stack traces of errors.")
  private boolean debug;

  private Main(String firstArgument, CommandIo io, Pool.Source pools) {
    commandLine = new CommandLine(this);
    if (COMMANDS.containsKey(firstArgument)) {
      add(firstArgument, io, pools);
    } else {
      COMMANDS.keySet().forEach(name -> add(name, io, pools));
    }
    commandLine
        .setOut(new PrintWriter(io.out(), true, StandardCharsets.UTF_8))
        .setErr(new PrintWriter(io.err(), true, StandardCharsets.UTF_8))
        .setCaseInsensitiveEnumValuesAllowed(true)
        // As docker reads a command line: the last of an option counts, and @x is a word.
        .setOverwrittenOptionsAllowed(true)
        .setExpandAtFiles(false)
        .setColorScheme(CommandLine.Help.defaultColorScheme(Ansi.OFF));
    errors = new Errors(io.err(), () -> debug);
    commandLine.setParameterExceptionHandler(errors).setExecutionExceptionHandler(errors);
  }

  public static void main(String[] arguments) {
    if (arguments.length > 0 && arguments[0].equals("build")) {
      Wiring.prepare();
    }
    CommandIo io = CommandIo.ofProcess();
    int status = run(io, arguments);
    io.out().flush();
    io.err().flush();
    System.exit(status);
  }

  /** Runs one command and answers its exit status. */
  static int run(CommandIo io, String... arguments) {
    return run(io, Wiring::connect, arguments);
  }

  /** As {@link #run(CommandIo, String...)}, with agents that are connected elsewhere. */
  static int run(CommandIo io, Pool.Source pools, String... arguments) {
    String first = arguments.length == 0 ? "" : arguments[0];
    Main main = new Main(first, io, pools);
    int status = main.execute(arguments);
    if (status == 0 && io.out().checkError()) {
      String problem = "standard output cannot be written: what was to stand there is lost";
      return main.errors.tell(new CommandFailure(ExitStatus.FAILED, problem, List.of(), null));
    }
    return status;
  }

  /** An error of the machine (memory above all) ends the process too, whose threads may go on. */
  private int execute(String... arguments) {
    try {
      return commandLine.execute(arguments);
    } catch (Error e) {
      return errors.tell(e);
    }
  }

  private static Map<String, BiFunction<CommandIo, Pool.Source, Object>> commands() {
    Map<String, BiFunction<CommandIo, Pool.Source, Object>> commands = new LinkedHashMap<>();
    commands.put("build", BuildCommand::new);
    commands.put("agent", (io, pools) -> new AgentCommand(io));
    commands.put("parse", (io, pools) -> new ParseCommand(io));
    commands.put("check", (io, pools) -> new CheckCommand(io));
    commands.put("cache", CacheCommand::of);
    return commands;
  }

  private void add(String name, CommandIo io, Pool.Source pools) {
    commandLine.addSubcommand(name, COMMANDS.get(name).apply(io, pools));
  }

  @Override
  public void run() {
    throw new CommandLine.ParameterException(commandLine, "a command is missing");
  }

  /** The version of the jar, as its manifest has it. */
  static final class Version implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = Main.class.getPackage().getImplementationVersion();
      return new String[] {"dockerfile-build " + (version == null ? "(unpackaged)" : version)};
    }
  }
}
