package io.jenkins.plugins.dockerfilebuild.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The options that name engines and the folder for what they keep; several commands share them. */
final class AgentsOption {

  @Option(
      names = "--agent",
      paramLabel = "NAME=DOCKER_HOST[,capacity=N][,platform=P+P][,label=L+L]",
      description =
          "An engine to build on, may be repeated. Default: DOCKER_HOST, or the socket. capacity:"
              + " steps at once; platform: what it can run, if that is not what the engine says;"
              + " label: for --agent-label.")
  private List<String> agents = new ArrayList<>();

  @Option(
      names = "--join",
      paramLabel = "HOST:PORT",
      description = "An agent of a pool to use instead, may be repeated; one that is up will do.")
  private List<String> join = new ArrayList<>();

  @Option(
      names = "--state",
      paramLabel = "DIR",
      description = "Where state is kept. Default: $XDG_CACHE_HOME/dockerfile-build.")
  private Optional<Path> state = Optional.empty();

  @Option(
      names = "--keep-storage",
      paramLabel = "SIZE",
      description = "What an agent keeps of each kind by itself. Default: a tenth of its disk.")
  private Optional<String> keepStorage = Optional.empty();

  /** The agents that are asked for. */
  PoolChoice pool(CommandIo io) {
    if (join.isEmpty()) {
      return new PoolChoice.Engines(engines(io), state(io));
    }
    if (!agents.isEmpty()) {
      throw CommandFailure.usage("--agent and --join are given: a pool has agents of its own");
    }
    return new PoolChoice.Joined(
        AddressOption.parseAll("--join", join), io.variable(PoolChoice.SECRET_VARIABLE).orElse(""));
  }

  private List<AgentOption> engines(CommandIo io) {
    List<AgentOption> parsed = AgentOption.parseAll(agents, io);
    return keepStorage
        .map(size -> Quantities.bytes("--keep-storage", size))
        .map(bytes -> parsed.stream().map(agent -> agent.keeping(bytes)).toList())
        .orElse(parsed);
  }

  /** The folder that is asked for, or that of the user's cache (XDG base directories). */
  Path state(CommandIo io) {
    return state
        .filter(given -> !given.toString().isEmpty())
        .or(() -> io.variable("XDG_CACHE_HOME").map(d -> Path.of(d, "dockerfile-build")))
        .or(() -> io.home().map(home -> home.resolve(".cache").resolve("dockerfile-build")))
        .orElseThrow(
            () ->
                CommandFailure.usage(
                    "HOME is not set, where state would be kept", "--state DIR names a folder"))
        .toAbsolutePath();
  }
}
