package io.jenkins.plugins.dockerfilebuild.scheduling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.dockerfilebuild.cachedirectory.CacheKey;
import io.jenkins.plugins.dockerfilebuild.cachedirectory.CacheSharing;
import io.jenkins.plugins.dockerfilebuild.coordination.Coordination;
import io.jenkins.plugins.dockerfilebuild.event.BuildEvent;
import io.jenkins.plugins.dockerfilebuild.execution.AgentLostException;
import io.jenkins.plugins.dockerfilebuild.execution.CacheReplicas;
import io.jenkins.plugins.dockerfilebuild.execution.MountRequest;
import io.jenkins.plugins.dockerfilebuild.execution.StepRequest;
import io.jenkins.plugins.dockerfilebuild.execution.TestSteps;
import io.jenkins.plugins.dockerfilebuild.execution.docker.cache.CacheLeases;
import io.jenkins.plugins.dockerfilebuild.execution.docker.cache.HostCacheDirectories;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Cache directories of real replicas, which steps take and let go. */
@Timeout(60)
class CacheUsesTest {

  /** In the order in which a step takes them. */
  private static final List<CacheKey> KEYS =
      Stream.of("a", "b")
          .map(id -> new CacheKey("ns", id, "linux/amd64", "", 0755, 0, 0))
          .sorted(Comparator.naturalOrder())
          .toList();

  private static final CacheKey KEY = KEYS.get(0);

  @TempDir private Path root;

  private final Coordination coordination = Coordination.inMemory();
  private final LinkedBlockingQueue<BuildEvent> events = new LinkedBlockingQueue<>();

  /** What happens on the agent when the second directory is opened. */
  private interface Hook {
    void run() throws IOException;
  }

  private HostCacheDirectories directories(String agent) {
    return new HostCacheDirectories(
        root.resolve(agent),
        (image, path, target) -> {},
        InstantSource.system(),
        Runnable::run,
        () -> {});
  }

  private static Agent agent(String name, HostCacheDirectories directories, Hook second) {
    CacheReplicas replicas =
        (CacheReplicas)
            Proxy.newProxyInstance(
                CacheUsesTest.class.getClassLoader(),
                new Class<?>[] {CacheReplicas.class},
                (proxy, method, arguments) -> {
                  if (method.getName().equals("open") && arguments[0].equals(KEYS.get(1))) {
                    second.run();
                  }
                  try {
                    return method.invoke(directories.replicas(), arguments);
                  } catch (InvocationTargetException e) {
                    throw e.getCause();
                  }
                });
    return TestAgents.answering(
        name,
        1,
        (proxy, method, arguments) ->
            method.getName().equals("cacheReplicas") ? replicas : directories);
  }

  private CacheUses uses(Agent... pool) {
    return new CacheUses(
        new SharedCaches(coordination, Optional.empty()),
        CachePolicy.READ_WRITE,
        new Slots(List.of(pool)),
        new Progress(events::add, System::nanoTime));
  }

  private static MountRequest.Cache mount(CacheKey key, Optional<String> use) {
    return new MountRequest.Cache(
        "/" + key.id(), false, key, CacheSharing.SHARED, "/", Optional.empty(), use);
  }

  private static StepRequest step(CacheKey... keys) {
    List<MountRequest> mounts =
        Arrays.stream(keys).<MountRequest>map(key -> mount(key, Optional.empty())).toList();
    return TestSteps.of(
        new StepRequest.Run(List.of("x"), List.of(), mounts, Map.of(), "default", false));
  }

  private Path content(String agent) {
    return root.resolve(agent).resolve(KEY.hex()).resolve("0");
  }

  private void publish(String agent, long number, long publishedMillis, String file)
      throws IOException {
    CacheReplicas replicas = directories(agent).replicas();
    CacheReplicas.Use use = replicas.open(KEY, CacheSharing.LOCKED, false);
    Files.createDirectories(content(agent));
    Files.writeString(content(agent).resolve(file), file);
    replicas.scan(use.handle());
    replicas.adopt(use.handle(), number, publishedMillis);
    replicas.close(use.handle());
  }

  private List<String> notices() {
    return events.stream()
        .filter(BuildEvent.Notice.class::isInstance)
        .map(event -> ((BuildEvent.Notice) event).message())
        .toList();
  }

  @Test
  void aStepThatNeverBeginsAndLeavesADirectoryLastPublishesWhatAnotherChanged() throws Exception {
    HostCacheDirectories directories = directories("one");
    CacheReplicas others = directories.replicas();
    CacheReplicas.Use other = others.open(KEY, CacheSharing.SHARED, false);
    CacheLeases step =
        directories.acquire(List.of(mount(KEY, Optional.of(other.handle()))), waiting -> {});
    Files.writeString(step.leases().get(0).path().resolve("file"), "of another build");
    Agent agent =
        agent(
            "one",
            directories,
            () -> {
              step.close();
              assertThat(others.scan(other.handle())).as("not the last").isEmpty();
              others.close(other.handle());
              throw new IOException("no room for another directory");
            });

    try (CacheUses uses = uses(agent)) {
      assertThatThrownBy(() -> uses.prepare(0, step(KEY, KEYS.get(1)), agent))
          .isInstanceOf(AgentLostException.class);
    }

    assertThat(coordination.versions().newest(KEY).orElseThrow().version().files()).isEqualTo(1);
    assertThat(others.open(KEY, CacheSharing.LOCKED, false).alone()).as("it is let go").isTrue();
  }

  @Test
  void aVersionOfTheSameNumberIsUnitedWithTheNewest() throws Exception {
    publish("one", 2, 1_000, "of-one");
    publish("two", 2, 2_000, "of-two");
    Agent one = agent("one", directories("one"), () -> {});
    Agent two = agent("two", directories("two"), () -> {});

    try (CacheUses uses = uses(one, two)) {
      uses.prepare(0, step(KEY), one).finish();
    }

    assertThat(content("one").resolve("of-one")).hasContent("of-one");
    assertThat(content("one").resolve("of-two")).hasContent("of-two");
    assertThat(coordination.versions().newest(KEY).orElseThrow().version())
        .satisfies(
            version -> {
              assertThat(version.number()).isEqualTo(3);
              assertThat(version.files()).isEqualTo(2);
            });
    assertThat(notices())
        .anyMatch(notice -> notice.contains("is united with a version of one that others"));
  }
}
