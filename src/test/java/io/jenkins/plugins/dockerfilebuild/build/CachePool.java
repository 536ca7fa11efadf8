package io.jenkins.plugins.dockerfilebuild.build;

import io.jenkins.plugins.dockerfilebuild.content.Bytes;
import io.jenkins.plugins.dockerfilebuild.content.ContextFilter;
import io.jenkins.plugins.dockerfilebuild.content.DirectoryContext;
import io.jenkins.plugins.dockerfilebuild.coordination.Coordination;
import io.jenkins.plugins.dockerfilebuild.coordination.FileBuildHistory;
import io.jenkins.plugins.dockerfilebuild.coordination.InMemoryRecords;
import io.jenkins.plugins.dockerfilebuild.coordination.ProcessClock;
import io.jenkins.plugins.dockerfilebuild.coordination.RecordCacheDirectoryLeases;
import io.jenkins.plugins.dockerfilebuild.event.BuildEvent;
import io.jenkins.plugins.dockerfilebuild.event.BuildListener;
import io.jenkins.plugins.dockerfilebuild.execution.AgentServices;
import io.jenkins.plugins.dockerfilebuild.execution.CacheReplicas;
import io.jenkins.plugins.dockerfilebuild.execution.StepOutcome.MountReport;
import io.jenkins.plugins.dockerfilebuild.execution.docker.DirectoryVault;
import io.jenkins.plugins.dockerfilebuild.execution.docker.DockerAgent;
import io.jenkins.plugins.dockerfilebuild.execution.docker.TestEngine;
import io.jenkins.plugins.dockerfilebuild.image.Platform;
import io.jenkins.plugins.dockerfilebuild.plan.BuildOptions;
import io.jenkins.plugins.dockerfilebuild.scheduling.Agent;
import io.jenkins.plugins.dockerfilebuild.scheduling.AgentPool;
import io.jenkins.plugins.dockerfilebuild.scheduling.CacheHolder;
import io.jenkins.plugins.dockerfilebuild.scheduling.CachePolicy;
import io.jenkins.plugins.dockerfilebuild.scheduling.PlanExecution.Outcome;
import io.jenkins.plugins.dockerfilebuild.scheduling.SharedCaches;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;

/**
 * Agents that stay, each with a state directory of its own, and builds that run where it is said.
 */
final class CachePool implements AutoCloseable {

  private final Path directory;
  private final List<Agent> agents = new ArrayList<>();
  private Coordination coordination = Coordination.inMemory();
  private Optional<CacheHolder> vault = Optional.empty();
  private volatile BuildListener listener = event -> {};

  /** Begins anew on what agents hold in a directory, as after a restart. */
  CachePool(Path directory, int count) throws IOException {
    this(directory, count, UnaryOperator.identity());
  }

  /**
   * @param replicas stands before the replicas of the first agent
   */
  CachePool(Path directory, int count, UnaryOperator<CacheReplicas> replicas) throws IOException {
    this(directory, count, UnaryOperator.identity(), replicas);
  }

  /**
   * @param called what the agents are called; their directories are called as ever
   */
  CachePool(
      Path directory,
      int count,
      UnaryOperator<String> called,
      UnaryOperator<CacheReplicas> replicas)
      throws IOException {
    this.directory = directory;
    Files.createDirectories(directory.resolve("context"));
    List<TestEngine> engines = List.of(TestEngine.first(), TestEngine.second());
    for (int i = 0; i < count; i++) {
      String name = "agent-" + (i + 1);
      AgentServices services =
          DockerAgent.connect(
              engines.get(i % engines.size()).host(), directory.resolve(name), Optional.empty());
      agents.add(Agent.of(called.apply(name), i == 0 ? wrapped(services, replicas) : services));
    }
  }

  private static AgentServices wrapped(
      AgentServices services, UnaryOperator<CacheReplicas> replicas) {
    CacheReplicas before = replicas.apply(services.cacheReplicas());
    return (AgentServices)
        Proxy.newProxyInstance(
            CachePool.class.getClassLoader(),
            new Class<?>[] {AgentServices.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("cacheReplicas")) {
                return before;
              }
              try {
                return method.invoke(services, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  /** What a build did. */
  record Ran(Outcome outcome, List<BuildEvent> events) {

    boolean succeeded() {
      return outcome instanceof Outcome.Built;
    }

    List<String> lines() {
      return events.stream()
          .filter(BuildEvent.StepPrinted.class::isInstance)
          .map(event -> ((BuildEvent.StepPrinted) event).line())
          .toList();
    }

    List<String> notices() {
      return events.stream()
          .filter(BuildEvent.Notice.class::isInstance)
          .map(event -> ((BuildEvent.Notice) event).message())
          .toList();
    }

    MountReport cache() {
      return events.stream()
          .filter(BuildEvent.StepFinished.class::isInstance)
          .flatMap(event -> ((BuildEvent.StepFinished) event).mounts().stream())
          .filter(mount -> mount.type().equals("cache"))
          .findFirst()
          .orElseThrow();
    }

    List<BuildEvent.CachePublished> published() {
      return events.stream()
          .filter(BuildEvent.CachePublished.class::isInstance)
          .map(BuildEvent.CachePublished.class::cast)
          .toList();
    }
  }

  /** Keeps directories in a vault too. */
  CachePool withVault(Path root) throws IOException {
    DirectoryVault opened = DirectoryVault.open(root);
    vault = Optional.of(CacheHolder.vault(opened.id(), opened.replicas()));
    return this;
  }

  /** Knows what builds of another pool tell, as controllers of one cluster do. */
  CachePool inClusterWith(CachePool other) {
    coordination = other.coordination;
    return this;
  }

  /** Leases of cache directories end by another clock than the machine's. */
  CachePool leasesBy(ProcessClock clock) {
    var leases =
        new RecordCacheDirectoryLeases(
            new InMemoryRecords<>(Coordination.REMEMBERED, clock), Duration.ofMinutes(1), clock);
    coordination = new Coordination(leases, coordination.versions(), coordination.flights());
    return this;
  }

  /** Shares with other processes what builds agree on. */
  CachePool sharing(Coordination shared) {
    coordination = shared;
    return this;
  }

  /** Tells somebody else too what happens in builds. */
  void listen(BuildListener other) {
    listener = other;
  }

  /** Runs one command with a cache at {@code /c} on an agent. */
  Ran run(int agent, String options, String command) throws IOException, InterruptedException {
    return run(agent, CachePolicy.READ_WRITE, options, command);
  }

  Ran run(int agent, CachePolicy policy, String options, String command)
      throws IOException, InterruptedException {
    String dockerfile =
        "FROM %s\nENV SALT=%s\nRUN --mount=type=cache,target=/c%s %s"
            .formatted(TestEngine.BUSYBOX, UUID.randomUUID(), options, command);
    List<BuildEvent> events = new CopyOnWriteArrayList<>();
    try (DirectoryContext context =
        DirectoryContext.open(
            new DirectoryContext.Settings(
                directory.resolve("context"),
                ContextFilter.EVERYTHING,
                patterns -> ContextFilter.EVERYTHING,
                directory.resolve("stat-cache")))) {
      BuildRequest request =
          new BuildRequest(
              "Dockerfile",
              Bytes.utf8(dockerfile),
              context,
              BuildOptions.of(Platform.parse(agents.get(0).info().platform())),
              false,
              false,
              policy,
              Map.of(),
              BuildRequest.Destination.named(List.of()));
      Outcome outcome =
          new DockerfileBuild(
                  () -> new Pinned(agents, agents.get(agent - 1)),
                  new FileBuildHistory(directory.resolve("history")),
                  new SharedCaches(coordination, vault))
              .run(
                  request,
                  event -> {
                    events.add(event);
                    listener.on(event);
                  });
      return new Ran(outcome, List.copyOf(events));
    }
  }

  /** Steps run on one agent; the others hold what they hold. */
  private record Pinned(List<Agent> agents, Agent only) implements AgentPool {

    @Override
    public Optional<Place> claim(Claim claim) {
      return Optional.of(
          new Place() {
            @Override
            public Agent agent() {
              return only;
            }

            @Override
            public void close() {}
          });
    }

    @Override
    public void lose(Agent agent) {
      throw new IllegalStateException("lost " + agent);
    }
  }

  /** Where an agent keeps its directories. */
  Path state(int agent) {
    return directory.resolve("agent-" + agent);
  }

  @Override
  public void close() {
    agents.forEach(agent -> agent.services().close());
  }
}
