package io.jenkins.plugins.dockerfilebuild.cli;

import io.jenkins.plugins.dockerfilebuild.execution.AgentStorage;
import io.jenkins.plugins.dockerfilebuild.execution.CacheDirectories.CacheDirectory;
import io.jenkins.plugins.dockerfilebuild.execution.CacheLimits;
import io.jenkins.plugins.dockerfilebuild.report.Figures;
import io.jenkins.plugins.dockerfilebuild.report.PrintableText;
import io.jenkins.plugins.dockerfilebuild.scheduling.Agent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code cache prune}: removes what exceeds limits, or all that no step uses now. */
@Command(
    name = "prune",
    description = {
      "Removes what no step uses now; with limits only what exceeds them,",
      "that which saves the fewest seconds by byte first."
    },
    mixinStandardHelpOptions = true)
final class CachePruneCommand implements Callable<Integer> {

  private final CommandIo io;
  private final Pool.Source pools;

  @Mixin private final AgentsOption agents = new AgentsOption();
  @Mixin private final CacheLimitOptions limitOptions = new CacheLimitOptions();

  @Option(
      names = "--keep",
      paramLabel = "SIZE",
      description = "Remove what saves least until this is left on each agent.")
  private Optional<String> keep = Optional.empty();

  @Option(
      names = "--older-than",
      paramLabel = "AGE",
      description = "Remove only what was not used for so long.")
  private Optional<String> olderThan = Optional.empty();

  @Option(names = "--id", paramLabel = "ID", description = "Only of this id; repeatable.")
  private List<String> ids = new ArrayList<>();

  @Option(names = "--namespace", paramLabel = "NAME", description = "Only of it; repeatable.")
  private List<String> namespaces = new ArrayList<>();

  @Option(
      names = "--all",
      description = "Also remove results of steps and files of build contexts.")
  private boolean all;

  @Option(names = "--json", description = "One JSON object for each thing that was removed.")
  private boolean asJson;

  CachePruneCommand(CommandIo io, Pool.Source pools) {
    this.io = io;
    this.pools = pools;
  }

  @Override
  public Integer call() {
    OptionalLong kept =
        keep.map(size -> OptionalLong.of(Quantities.bytes("--keep", size)))
            .orElse(OptionalLong.empty());
    Duration age = olderThan.map(a -> Quantities.age("--older-than", a)).orElse(Duration.ZERO);
    CacheLimits limits = limits(kept).sparing(age);
    List<CacheDirectory> removed = new ArrayList<>();
    try (Pool pool = pools.open(agents.pool(io))) {
      for (Agent agent : pool.agents()) {
        for (CacheDirectory gone :
            agent.services().cacheDirectories().prune(this::isMeant, limits)) {
          io.out().println(asJson ? json(agent, gone) : line(agent, gone));
          removed.add(gone);
        }
        if (all) {
          pruneStorage(agent, kept.orElse(0), age);
        }
      }
    }
    if (!asJson) {
      String noun = removed.size() == 1 ? "directory" : "directories";
      long bytes = removed.stream().mapToLong(CacheDirectory::bytes).sum();
      io.out().printf("removed %d %s, %s%n", removed.size(), noun, Figures.bytes(bytes));
    }
    io.out().flush();
    return ExitStatus.BUILT.code();
  }

  /** Without any limit all goes, as ever. */
  private CacheLimits limits(OptionalLong kept) {
    CacheLimits asked = limitOptions.limits();
    OptionalLong total = asked.isNone() ? OptionalLong.of(kept.orElse(0)) : kept;
    return new CacheLimits(
        total, asked.namespaceBytes(), asked.idBytes(), asked.age(), Duration.ZERO);
  }

  private boolean isMeant(CacheDirectory directory) {
    return isIn(ids, directory.id()) && isIn(namespaces, directory.namespace());
  }

  private static boolean isIn(List<String> wanted, String name) {
    return wanted.isEmpty() || Set.copyOf(wanted).contains(name);
  }

  private static String line(Agent agent, CacheDirectory gone) {
    return PrintableText.of(
        "removed %s %s/%s, %s"
            .formatted(agent.name(), gone.namespace(), gone.id(), Figures.bytes(gone.bytes())));
  }

  private static String json(Agent agent, CacheDirectory gone) {
    return JsonLine.of(json -> CacheListing.fields(json, agent.name(), gone));
  }

  private void pruneStorage(Agent agent, long keepBytes, Duration older) {
    for (AgentStorage.Usage gone : agent.services().storage().prune(keepBytes, older)) {
      if (gone.count() > 0) {
        io.out()
            .println(
                asJson
                    ? JsonLine.of(json -> CacheListing.fields(json, agent.name(), gone))
                    : PrintableText.of(
                        "removed %s %d %s, %s"
                            .formatted(
                                agent.name(),
                                gone.count(),
                                CacheListing.name(gone.kind()),
                                Figures.bytes(gone.bytes()))));
      }
    }
  }
}
