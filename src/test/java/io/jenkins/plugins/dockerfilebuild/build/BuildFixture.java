package io.jenkins.plugins.dockerfilebuild.build;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.dockerfilebuild.content.Bytes;
import io.jenkins.plugins.dockerfilebuild.content.ContextFilter;
import io.jenkins.plugins.dockerfilebuild.content.Digest;
import io.jenkins.plugins.dockerfilebuild.content.DirectoryContext;
import io.jenkins.plugins.dockerfilebuild.coordination.FileBuildHistory;
import io.jenkins.plugins.dockerfilebuild.event.BuildEvent;
import io.jenkins.plugins.dockerfilebuild.event.BuildEvent.StepFinished;
import io.jenkins.plugins.dockerfilebuild.event.BuildEvent.StepPrinted;
import io.jenkins.plugins.dockerfilebuild.event.BuildListener;
import io.jenkins.plugins.dockerfilebuild.execution.AgentServices;
import io.jenkins.plugins.dockerfilebuild.execution.docker.DockerAgent;
import io.jenkins.plugins.dockerfilebuild.execution.docker.TestEngine;
import io.jenkins.plugins.dockerfilebuild.image.Platform;
import io.jenkins.plugins.dockerfilebuild.plan.BuildOptions;
import io.jenkins.plugins.dockerfilebuild.scheduling.Agent;
import io.jenkins.plugins.dockerfilebuild.scheduling.CachePolicy;
import io.jenkins.plugins.dockerfilebuild.scheduling.PlanExecution.Outcome;
import io.jenkins.plugins.dockerfilebuild.scheduling.SharedCaches;
import io.jenkins.plugins.dockerfilebuild.scheduling.Slots;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** Builds on real engines, each build with connections of its own, as separate processes would. */
final class BuildFixture {

  private final Path context;
  private final Path state;
  private final List<TestEngine> engines;

  /** Sets this fixture's steps apart from those of others on the same engines. */
  private final String salt = UUID.randomUUID().toString();

  private boolean noCache;
  private String namespace = "";
  private CachePolicy policy = CachePolicy.READ_WRITE;
  private Map<String, Bytes> secrets = Map.of();
  private UnaryOperator<AgentServices> wrapping = UnaryOperator.identity();
  private Supplier<SharedCaches> shared = SharedCaches::inMemory;
  private BuildListener listener = event -> {};

  BuildFixture(Path directory, TestEngine... engines) throws IOException {
    this.context = Files.createDirectories(directory.resolve("context"));
    this.state = directory.resolve("state");
    this.engines = List.of(engines);
  }

  BuildFixture withoutCache() {
    noCache = true;
    return this;
  }

  /** The next builds are of this namespace, with that policy. */
  BuildFixture in(String cacheNamespace, CachePolicy cachePolicy) {
    namespace = cacheNamespace;
    policy = cachePolicy;
    return this;
  }

  BuildFixture withSecret(String id, String value) {
    secrets = Map.of(id, Bytes.utf8(value));
    return this;
  }

  /** Builds that run at once know of one another, and a listener is told of all of them. */
  BuildFixture together(BuildListener told) {
    SharedCaches caches = SharedCaches.inMemory();
    shared = () -> caches;
    listener = told;
    return this;
  }

  /** Each agent is seen through this, in their order. */
  BuildFixture wrapping(UnaryOperator<AgentServices> wrapper) {
    wrapping = wrapper;
    return this;
  }

  Path write(String file, String content) throws IOException {
    Path path = context.resolve(file);
    Files.createDirectories(path.getParent());
    return Files.writeString(path, content);
  }

  /** Removes blobs and materialised trees from the state of the agents, behind their backs. */
  void loseBlobsOf(String... contents) throws IOException {
    Set<String> names =
        Arrays.stream(contents).map(content -> Digest.of(content).hex()).collect(toSet());
    int lost = 0;
    for (Path path : everythingBelow(state)) {
      boolean idleTree = path.getFileName().toString().equals("state");
      if (idleTree || names.contains(path.getFileName().toString())) {
        Files.delete(path);
        lost += idleTree ? 0 : 1;
      }
    }
    assertThat(lost).as("blobs lost").isEqualTo(names.size());
  }

  private static List<Path> everythingBelow(Path directory) throws IOException {
    try (Stream<Path> all = Files.walk(directory)) {
      return all.filter(Files::isRegularFile).toList();
    }
  }

  /** What a build did. */
  record Built(Outcome outcome, List<BuildEvent> events, Bytes archive) {

    String imageId() {
      return ((Outcome.Built) outcome).imageId();
    }

    Outcome.Failed failure() {
      return (Outcome.Failed) outcome;
    }

    List<BuildEvent.Status> statuses() {
      return events.stream()
          .filter(StepFinished.class::isInstance)
          .map(StepFinished.class::cast)
          .sorted(java.util.Comparator.comparingInt(StepFinished::step))
          .map(StepFinished::status)
          .toList();
    }

    List<String> lines() {
      return events.stream()
          .filter(StepPrinted.class::isInstance)
          .map(event -> ((StepPrinted) event).line())
          .toList();
    }

    List<String> notices() {
      return events.stream()
          .filter(BuildEvent.Notice.class::isInstance)
          .map(event -> ((BuildEvent.Notice) event).message())
          .toList();
    }

    List<StepFinished> finished() {
      return events.stream()
          .filter(StepFinished.class::isInstance)
          .map(StepFinished.class::cast)
          .toList();
    }
  }

  /** Builds a Dockerfile whose stages start {@code FROM base}, the test image with busybox. */
  Built build(String... dockerfile) throws IOException, InterruptedException {
    String text =
        String.join("\n", dockerfile)
            .replace("FROM base", "FROM " + TestEngine.BUSYBOX)
            .replaceAll("FROM (\\S+) AS (\\w+)", "FROM $1 AS $2\nENV SALT=" + salt);
    List<BuildEvent> events = new CopyOnWriteArrayList<>();
    List<Agent> agents = new ArrayList<>();
    try (DirectoryContext tree =
        DirectoryContext.open(
            new DirectoryContext.Settings(
                context,
                ContextFilter.EVERYTHING,
                patterns -> ContextFilter.EVERYTHING,
                state.resolve("stat-cache")))) {
      for (TestEngine engine : engines) {
        String name = "agent-" + (agents.size() + 1);
        DockerAgent agent = DockerAgent.connect(engine.host(), state.resolve(name));
        agents.add(Agent.of(name, wrapping.apply(agent)));
      }
      Platform platform = Platform.parse(agents.get(0).info().platform());
      BuildRequest request =
          new BuildRequest(
              "Dockerfile",
              Bytes.utf8(text),
              tree,
              BuildOptions.of(platform).withCacheNamespace(namespace),
              noCache,
              false,
              policy,
              secrets,
              BuildRequest.Destination.named(List.of()));
      Outcome outcome =
          new DockerfileBuild(
                  () -> new Slots(agents),
                  new FileBuildHistory(state.resolve("history")),
                  shared.get())
              .run(
                  request,
                  event -> {
                    events.add(event);
                    listener.on(event);
                  });
      ByteArrayOutputStream archive = new ByteArrayOutputStream();
      if (outcome instanceof Outcome.Built built) {
        built.agent().services().saveImage(built.imageId(), List.of(), archive);
      }
      return new Built(outcome, List.copyOf(events), Bytes.of(archive.toByteArray()));
    } finally {
      agents.forEach(agent -> agent.services().close());
    }
  }
}
