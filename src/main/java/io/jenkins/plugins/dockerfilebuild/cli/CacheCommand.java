package io.jenkins.plugins.dockerfilebuild.cli;

import io.jenkins.plugins.dockerfilebuild.cachedirectory.CacheKey;
import io.jenkins.plugins.dockerfilebuild.execution.AgentStorage;
import io.jenkins.plugins.dockerfilebuild.execution.CacheDirectories.CacheDirectory;
import io.jenkins.plugins.dockerfilebuild.execution.CacheReplicas;
import io.jenkins.plugins.dockerfilebuild.report.Figures;
import io.jenkins.plugins.dockerfilebuild.scheduling.Agent;
import java.io.IOException;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code cache}: what agents keep for later builds, cache directories above all. */
@Command(
    name = "cache",
    description = "Lists, measures, moves and removes what agents keep.",
    mixinStandardHelpOptions = true)
final class CacheCommand implements Runnable {

  private static final String OBJECTS = "One JSON object a line.";

  @Spec private CommandSpec spec;

  private final CommandIo io;
  private final Pool.Source pools;

  private CacheCommand(CommandIo io, Pool.Source pools) {
    this.io = io;
    this.pools = pools;
  }

  /** The command with all that it can be followed by. */
  static CommandLine of(CommandIo io, Pool.Source pools) {
    return new CommandLine(new CacheCommand(io, pools))
        .addSubcommand("prune", new CachePruneCommand(io, pools))
        .addSubcommand("export", new CacheExportCommand(io, pools))
        .addSubcommand("import", new CacheImportCommand(io, pools));
  }

  @Override
  public void run() {
    throw new CommandLine.ParameterException(
        spec.commandLine(), "one of ls, du, prune, verify, export, import is missing");
  }

  @Command(
      name = "ls",
      description = "Lists cache directories, the last used first.",
      mixinStandardHelpOptions = true)
  int list(
      @Mixin AgentsOption agents, @Option(names = "--json", description = OBJECTS) boolean asJson) {
    try (Pool pool = pools.open(agents.pool(io))) {
      CacheListing listing = CacheListing.of(pool.agents());
      return print(asJson ? listing.json() : listing.table());
    }
  }

  @Command(
      name = "verify",
      description = "Reads cache directories again; damaged ones are brought up anew when used.",
      mixinStandardHelpOptions = true)
  int verify(
      @Mixin AgentsOption agents, @Option(names = "--json", description = OBJECTS) boolean asJson) {
    CacheVerification all = new CacheVerification();
    try (Pool pool = pools.open(agents.pool(io))) {
      for (Agent agent : pool.agents()) {
        for (CacheKey key : CacheListing.keys(agent)) {
          all.add(agent.name(), key, verify(agent, key));
        }
      }
    }
    print(asJson ? all.json() : all.table());
    return (all.damaged() == 0 ? ExitStatus.BUILT : ExitStatus.FAILED).code();
  }

  private static CacheReplicas.Verification verify(Agent agent, CacheKey key) {
    try {
      return agent.services().cacheReplicas().verify(key);
    } catch (IOException e) {
      throw new CommandFailure(
          ExitStatus.INFRASTRUCTURE,
          "cannot read the cache directory %s on %s: %s"
              .formatted(key.id(), agent.name(), e.getMessage()),
          List.of(),
          e);
    }
  }

  @Command(
      name = "du",
      description = "Sums up what each agent keeps, by kind.",
      mixinStandardHelpOptions = true)
  int diskUsage(
      @Mixin AgentsOption agents, @Option(names = "--json", description = OBJECTS) boolean asJson) {
    TextTable table = new TextTable("AGENT", "KIND", "COUNT", "SIZE", "IN USE");
    try (Pool pool = pools.open(agents.pool(io))) {
      for (Agent agent : pool.agents()) {
        List<CacheDirectory> directories = agent.services().cacheDirectories().list();
        List<AgentStorage.Usage> others = agent.services().storage().usage();
        if (asJson) {
          io.out().println(CacheListing.sum(agent.name(), directories));
          others.forEach(
              usage ->
                  io.out()
                      .println(
                          JsonLine.of(json -> CacheListing.fields(json, agent.name(), usage))));
        } else {
          table.row(sum(agent, directories));
          others.forEach(usage -> table.row(cells(agent, usage)));
        }
      }
    }
    return print(asJson ? List.of() : table.lines());
  }

  private static String[] sum(Agent agent, List<CacheDirectory> directories) {
    long bytes = directories.stream().mapToLong(CacheDirectory::bytes).sum();
    return new String[] {
      agent.name(),
      "cache directories",
      String.valueOf(directories.size()),
      Figures.bytes(bytes),
      String.valueOf(directories.stream().filter(CacheDirectory::inUse).count())
    };
  }

  private static String[] cells(Agent agent, AgentStorage.Usage usage) {
    return new String[] {
      agent.name(),
      CacheListing.name(usage.kind()),
      String.valueOf(usage.count()),
      Figures.bytes(usage.bytes()),
      ""
    };
  }

  private int print(List<String> lines) {
    lines.forEach(io.out()::println);
    io.out().flush();
    return ExitStatus.BUILT.code();
  }
}
