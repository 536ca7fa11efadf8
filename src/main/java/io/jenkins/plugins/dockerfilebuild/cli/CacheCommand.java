package io.jenkins.plugins.dockerfilebuild.cli;

import io.jenkins.plugins.dockerfilebuild.cachedirectory.CacheKey;
import io.jenkins.plugins.dockerfilebuild.execution.AgentStorage;
import io.jenkins.plugins.dockerfilebuild.execution.CacheDirectories.CacheDirectory;
import io.jenkins.plugins.dockerfilebuild.execution.CacheReplicas;
import io.jenkins.plugins.dockerfilebuild.report.Figures;
import io.jenkins.plugins.dockerfilebuild.report.PrintableText;
import io.jenkins.plugins.dockerfilebuild.scheduling.Agent;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Predicate;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code cache}: what agents keep for later builds, cache directories above all. */
@Command(
    name = "cache",
    description = "Lists, measures and removes what agents keep.",
    mixinStandardHelpOptions = true)
final class CacheCommand implements Runnable {

  @Spec private CommandSpec spec;

  private final CommandIo io;
  private final Pool.Source pools;

  CacheCommand(CommandIo io, Pool.Source pools) {
    this.io = io;
    this.pools = pools;
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
      @Mixin AgentsOption agents,
      @Option(names = "--json", description = "One JSON object for each directory.")
          boolean asJson) {
    try (Pool pool = pools.open(agents.pool(io))) {
      CacheListing listing = CacheListing.of(pool.agents());
      (asJson ? listing.json() : listing.table()).forEach(io.out()::println);
    }
    io.out().flush();
    return ExitStatus.BUILT.code();
  }

  @Command(
      name = "verify",
      description = "Reads cache directories again; damaged ones are brought up anew when used.",
      mixinStandardHelpOptions = true)
  int verify(@Mixin AgentsOption agents) {
    TextTable table = new TextTable("AGENT", "NAMESPACE", "ID", "SOUND", "DAMAGED", "IN USE");
    int damaged = 0;
    try (Pool pool = pools.open(agents.pool(io))) {
      for (Agent agent : pool.agents()) {
        for (CacheKey key : CacheListing.keys(agent)) {
          CacheReplicas.Verification found = verify(agent, key);
          damaged += found.damaged();
          table.row(
              agent.name(),
              key.namespace(),
              key.id(),
              String.valueOf(found.sound()),
              String.valueOf(found.damaged()),
              String.valueOf(found.busy()));
        }
      }
    }
    print(table);
    return (damaged == 0 ? ExitStatus.BUILT : ExitStatus.FAILED).code();
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
  int diskUsage(@Mixin AgentsOption agents) {
    TextTable table = new TextTable("AGENT", "KIND", "COUNT", "SIZE", "IN USE");
    try (Pool pool = pools.open(agents.pool(io))) {
      for (Agent agent : pool.agents()) {
        List<CacheDirectory> directories = list(agent);
        long used = directories.stream().filter(CacheDirectory::inUse).count();
        table.row(
            agent.name(),
            "cache directories",
            String.valueOf(directories.size()),
            Figures.bytes(bytes(directories)),
            String.valueOf(used));
        agent.services().storage().usage().forEach(usage -> table.row(cells(agent, usage)));
      }
    }
    return print(table);
  }

  private static String[] cells(Agent agent, AgentStorage.Usage usage) {
    return new String[] {
      agent.name(),
      name(usage.kind()),
      String.valueOf(usage.count()),
      Figures.bytes(usage.bytes()),
      ""
    };
  }

  private static String name(AgentStorage.Kind kind) {
    return kind.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  @Command(
      name = "prune",
      description = "Removes what no step uses now.",
      mixinStandardHelpOptions = true)
  int prune(
      @Mixin AgentsOption agents,
      @Option(
              names = "--keep",
              paramLabel = "SIZE",
              description = "Remove the longest unused until this is left on each agent.")
          Optional<String> keep,
      @Option(
              names = "--older-than",
              paramLabel = "AGE",
              description = "Remove only what was not used for so long.")
          Optional<String> olderThan,
      @Option(names = "--id", paramLabel = "ID", description = "Only of this id; repeatable.")
          List<String> ids,
      @Option(
              names = "--all",
              description = "Also remove results of steps and files of build contexts.")
          boolean all) {
    OptionalLong kept =
        keep.map(size -> OptionalLong.of(Quantities.bytes("--keep", size)))
            .orElse(OptionalLong.empty());
    Duration age = olderThan.map(a -> Quantities.age("--older-than", a)).orElse(Duration.ZERO);
    Set<String> wanted = ids == null ? Set.of() : new HashSet<>(ids);
    Predicate<CacheDirectory> which = d -> wanted.isEmpty() || wanted.contains(d.id());
    List<CacheDirectory> removed = new ArrayList<>();
    try (Pool pool = pools.open(agents.pool(io))) {
      for (Agent agent : pool.agents()) {
        List<CacheDirectory> gone = agent.services().cacheDirectories().prune(which, kept, age);
        gone.forEach(directory -> io.out().println("removed " + name(agent, directory)));
        removed.addAll(gone);
        if (all) {
          pruneStorage(agent, kept.orElse(0), age);
        }
      }
    }
    String noun = removed.size() == 1 ? "directory" : "directories";
    io.out().printf("removed %d %s, %s%n", removed.size(), noun, Figures.bytes(bytes(removed)));
    return ExitStatus.BUILT.code();
  }

  private void pruneStorage(Agent agent, long keepBytes, Duration olderThan) {
    agent.services().storage().prune(keepBytes, olderThan).stream()
        .filter(usage -> usage.count() > 0)
        .forEach(
            usage ->
                io.out()
                    .printf(
                        "removed %s %d %s, %s%n",
                        PrintableText.of(agent.name()),
                        usage.count(),
                        name(usage.kind()),
                        Figures.bytes(usage.bytes())));
  }

  private static List<CacheDirectory> list(Agent agent) {
    return agent.services().cacheDirectories().list();
  }

  private static long bytes(List<CacheDirectory> directories) {
    return directories.stream().mapToLong(CacheDirectory::bytes).sum();
  }

  private static String name(Agent agent, CacheDirectory directory) {
    return PrintableText.of(
        "%s %s/%s, %s"
            .formatted(
                agent.name(),
                directory.namespace(),
                directory.id(),
                Figures.bytes(directory.bytes())));
  }

  private int print(TextTable table) {
    table.lines().forEach(io.out()::println);
    io.out().flush();
    return ExitStatus.BUILT.code();
  }
}
