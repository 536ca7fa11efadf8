package io.jenkins.plugins.dockerfilebuild.jenkins.administration;

import hudson.Extension;
import hudson.ExtensionList;
import hudson.model.Computer;
import io.jenkins.plugins.dockerfilebuild.cachedirectory.CacheKey;
import io.jenkins.plugins.dockerfilebuild.execution.AgentServices;
import io.jenkins.plugins.dockerfilebuild.execution.CacheDirectories.CacheDirectory;
import io.jenkins.plugins.dockerfilebuild.execution.CacheLimits;
import io.jenkins.plugins.dockerfilebuild.execution.CacheReplicas;
import io.jenkins.plugins.dockerfilebuild.execution.CacheReplicas.HeldVersion;
import io.jenkins.plugins.dockerfilebuild.jenkins.pool.AgentConnections;
import io.jenkins.plugins.dockerfilebuild.jenkins.pool.UnusableAgentException;
import io.jenkins.plugins.dockerfilebuild.report.Figures;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import jenkins.model.Jenkins;

/**
 * The cache directories of all agents, as these last said, and work on them. Agents are asked in
 * the background, each on a thread of its own and one order after another, so nobody waits for a
 * slow one; what was never used by a build is not asked. Thread-safe.
 */
@Extension
public final class PoolCaches {

  private static final Logger LOGGER = Logger.getLogger(PoolCaches.class.getName());

  private static final long GIGABYTE = 1_000_000_000L;

  /** Outcomes that are kept for the page. */
  private static final int OUTCOMES = 20;

  // All guarded by "this".
  private final Map<String, AgentCaches> agents = new TreeMap<>();

  /** The last order of each agent, by its name. */
  private final Map<String, CompletableFuture<Void>> orders = new HashMap<>();

  private final Deque<String> outcomes = new ArrayDeque<>();

  /** Grows with all news. */
  private long version = 0;

  /** When agents were last asked, in {@link System#nanoTime}; empty for never. */
  private Optional<Long> asked = Optional.empty();

  /** Work on one agent; answers what is worth telling. */
  private interface Work {
    Optional<String> on(AgentServices agent) throws IOException;
  }

  /** The one instance. */
  public static PoolCaches get() {
    return ExtensionList.lookupSingleton(PoolCaches.class);
  }

  /** What each agent keeps, by name. */
  synchronized List<AgentCaches> agents() {
    return List.copyOf(agents.values());
  }

  /** The last outcomes of work, the newest first. */
  synchronized List<String> outcomes() {
    return List.copyOf(outcomes);
  }

  synchronized boolean isWorking() {
    return orders.values().stream().anyMatch(order -> !order.isDone());
  }

  synchronized long version() {
    return version;
  }

  /** Asks all agents, unless they were asked within {@code nanos}. */
  void refresh(long nanos) {
    synchronized (this) {
      long now = System.nanoTime();
      if (asked.isPresent() && now - asked.get() < nanos) {
        return;
      }
      asked = Optional.of(now);
    }
    onEachAgent(name -> true, agent -> Optional.empty());
  }

  /**
   * Keeps the administrator's limit on some agents, as those that a build has just used: what is
   * worth least goes first.
   *
   * @param names of the agents
   */
  public void keepLimit(Set<String> names) {
    long limit = DockerfileBuildGlobalConfiguration.get().getCacheLimitGigabytes() * GIGABYTE;
    if (limit > 0) {
      onEachAgent(names::contains, agent -> keepLimit(agent, limit));
    }
  }

  private static Optional<String> keepLimit(AgentServices agent, long limit) {
    List<CacheDirectory> gone =
        agent.cacheDirectories().prune(directory -> true, CacheLimits.ofTotal(limit));
    return gone.isEmpty() ? Optional.empty() : Optional.of(removed(gone) + " above the limit");
  }

  /** Removes directories from all agents. */
  void prune(CachePruning pruning) {
    LOGGER.info(() -> user() + " prunes cache directories: " + pruning);
    onEachAgent(name -> true, agent -> prune(agent, pruning));
  }

  private static Optional<String> prune(AgentServices agent, CachePruning pruning) {
    return Optional.of(removed(pruning.on(agent.cacheDirectories())));
  }

  private static String removed(List<CacheDirectory> gone) {
    long bytes = gone.stream().mapToLong(CacheDirectory::bytes).sum();
    String noun = gone.size() == 1 ? " directory, " : " directories, ";
    return "removed " + gone.size() + noun + Figures.bytes(bytes);
  }

  /**
   * Reads directories again; what is damaged is brought up anew when it is used.
   *
   * @param rows names of {@link CacheRow}s; none: all
   */
  void verify(Set<String> rows) {
    LOGGER.info(() -> user() + " verifies cache directories");
    onEachAgent(name -> true, agent -> verify(agent.cacheReplicas(), rows));
  }

  private static Optional<String> verify(CacheReplicas replicas, Set<String> rows)
      throws IOException {
    Set<CacheKey> keys =
        replicas.inventory().stream()
            .map(HeldVersion::key)
            .filter(
                key -> rows.isEmpty() || rows.contains(CacheRow.name(key.namespace(), key.id())))
            .collect(Collectors.toSet());
    int sound = 0;
    int damaged = 0;
    int busy = 0;
    for (CacheKey key : keys) {
      CacheReplicas.Verification found = replicas.verify(key);
      sound += found.sound();
      damaged += found.damaged();
      busy += found.busy();
    }
    return Optional.of(sound + " sound, " + damaged + " damaged, " + busy + " in use");
  }

  private static String user() {
    return Jenkins.getAuthentication2().getName();
  }

  private void onEachAgent(Predicate<String> which, Work work) {
    Computer[] computers = Jenkins.get().getComputers();
    Set<String> names = new HashSet<>();
    Arrays.stream(computers).map(AgentConnections::name).forEach(names::add);
    synchronized (this) {
      agents.keySet().retainAll(names);
      orders.keySet().retainAll(names);
    }
    Arrays.stream(computers)
        .filter(computer -> computer.isOnline() && which.test(AgentConnections.name(computer)))
        .forEach(computer -> enqueue(computer, work));
  }

  private synchronized void enqueue(Computer computer, Work work) {
    String name = AgentConnections.name(computer);
    CompletableFuture<Void> before =
        orders.getOrDefault(name, CompletableFuture.completedFuture(null));
    // However the order before ended: an error in one is no reason to do no other.
    orders.put(
        name,
        before
            .exceptionally(error -> null)
            .thenRunAsync(() -> perform(computer, work), Computer.threadPoolForRemoting));
    version++;
  }

  private void perform(Computer computer, Work work) {
    String name = AgentConnections.name(computer);
    try {
      if (AgentConnections.wasUsed(computer)) {
        try (AgentServices agent = AgentConnections.connect(computer).services()) {
          Optional<String> outcome = work.on(agent);
          heard(name, holdings(name, agent), outcome);
        }
      }
    } catch (UnusableAgentException | IOException | RuntimeException e) {
      // Whatever an agent has or lacks, the page shows the others.
      LOGGER.log(Level.FINE, e, () -> "no answer of " + name + " about its caches");
      failed(name, e.getMessage() == null ? e.toString() : e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      failed(name, "interrupted");
    }
  }

  private static List<CacheHolding> holdings(String name, AgentServices agent) {
    List<HeldVersion> versions = agent.cacheReplicas().inventory();
    return agent.cacheDirectories().list().stream()
        .map(directory -> CacheHolding.of(name, directory, versions))
        .toList();
  }

  private synchronized void heard(
      String name, List<CacheHolding> holdings, Optional<String> outcome) {
    agents.put(name, known(name).heard(holdings));
    outcome.ifPresent(text -> told(name + ": " + text));
    version++;
  }

  private synchronized void failed(String name, String problem) {
    agents.put(name, known(name).failed(problem));
    version++;
  }

  private AgentCaches known(String name) {
    return agents.getOrDefault(name, AgentCaches.unheard(name));
  }

  private void told(String outcome) {
    outcomes.addFirst(outcome);
    if (outcomes.size() > OUTCOMES) {
      outcomes.removeLast();
    }
  }
}
