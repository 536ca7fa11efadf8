package io.jenkins.plugins.dockerfilebuild.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.dockerfilebuild.execution.docker.PrivateEngine;
import io.jenkins.plugins.dockerfilebuild.execution.docker.TestEngine;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * Three agents, each a process on a host of its own with an engine of its own on a small disk of
 * its own, that a test takes away and gives back.
 */
final class LossyPool {

  static final int AGENTS = 3;

  private static final Pattern LOST = Pattern.compile(".*agent (a\\d) is lost: .*");

  /** What is done to an agent, or to the caller. */
  enum Fault {
    AGENT_KILLED,
    AGENT_STOPPED,
    ENGINE_KILLED,
    NETWORK_CUT,
    DISK_FULL,
    CALLER_KILLED
  }

  private final Path directory;
  private final List<PrivateEngine> engines = new ArrayList<>();
  private final TestNetwork network;
  private final AgentsOnEngines pool;
  private final ExecutorService threads = Executors.newFixedThreadPool(AGENTS);

  private LossyPool(Path directory, TestNetwork network) throws Exception {
    this.directory = directory;
    this.network = network;
    List<Future<PrivateEngine>> starting = new ArrayList<>();
    for (int agent = 1; agent <= AGENTS; agent++) {
      Path home = Files.createDirectory(engine(agent));
      mount(home);
      starting.add(threads.submit(() -> PrivateEngine.start(home)));
    }
    for (Future<PrivateEngine> engine : starting) {
      engines.add(engine.get());
      TestEngine.at(engine.get().host());
    }
    List<String> hosts = engines.stream().map(PrivateEngine::host).toList();
    this.pool = new AgentsOnEngines(directory, hosts, Optional.of(network));
  }

  /** Starts all. */
  static LossyPool start(Path directory) throws Exception {
    LossyPool started = new LossyPool(directory, TestNetwork.of(AGENTS));
    started.pool.start(1, 2, 3);
    return started;
  }

  private Path engine(int agent) {
    return directory.resolve("engine-" + agent);
  }

  /** Where an agent's engine puts down images that it writes or reads. */
  Path scratch(int agent) {
    return engine(agent).resolve("data/tmp");
  }

  private static void mount(Path target) throws Exception {
    run("mount", "-t", "tmpfs", "-o", "size=600m", "tmpfs", target.toString());
  }

  private static void run(String... command) throws Exception {
    Process process = new ProcessBuilder(command).inheritIO().start();
    assertThat(process.waitFor()).as(String.join(" ", command)).isZero();
  }

  /** A build in a process of its own, whose image becomes a tar of its files. */
  AgentJvm begin(List<String> dockerfile, Path image, String... options) throws Exception {
    Path context =
        AgentsOnEngines.context(directory.resolve("context"), dockerfile.toArray(String[]::new));
    Files.deleteIfExists(image);
    List<String> all = new ArrayList<>(List.of(options));
    all.addAll(List.of("--progress", "plain", "--output", "type=tar,dest=" + image));
    return pool.begin(context, all.toArray(String[]::new));
  }

  /** Builds without a fault. */
  Map<String, String> undisturbed(List<String> dockerfile, String... options) throws Exception {
    Path image = directory.resolve("undisturbed.tar");
    AgentJvm build = begin(dockerfile, image, options);
    assertThat(build.awaitExit()).as(build.lines().toString()).isZero();
    return ImageFiles.of(image);
  }

  void inflict(Fault fault, int victim, AgentJvm build) throws Exception {
    switch (fault) {
      case AGENT_KILLED -> pool.kill(victim);
      case AGENT_STOPPED -> pool.stop(victim);
      case ENGINE_KILLED -> engines.get(victim - 1).kill();
      case NETWORK_CUT -> network.cut(victim);
      case DISK_FULL -> fill(engine(victim).resolve("filling"));
      case CALLER_KILLED -> build.kill();
    }
  }

  void repair(Fault fault, int victim) throws Exception {
    switch (fault) {
      case AGENT_KILLED, AGENT_STOPPED -> pool.start(victim);
      case ENGINE_KILLED -> engines.set(victim - 1, PrivateEngine.start(engine(victim)));
      case NETWORK_CUT -> network.mend(victim);
      case DISK_FULL -> Files.delete(engine(victim).resolve("filling"));
      case CALLER_KILLED -> {
        // Nothing is broken.
      }
    }
    pool.awaitAll();
  }

  /** Writes until there is no room at all. */
  private static void fill(Path file) throws Exception {
    Process process =
        new ProcessBuilder("dd", "if=/dev/zero", "of=" + file, "bs=1M")
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    process.waitFor();
  }

  /**
   * A build that lost an agent goes on elsewhere to the same image, and its user sees one line;
   * then all is repaired, nothing runs any more, and the same build gives the same image again.
   *
   * @param build whose agent, or which itself, was struck
   * @return what it told of the loss
   */
  List<String> goesOn(
      AgentJvm build, Struck struck, List<String> dockerfile, Map<String, String> expected)
      throws Exception {
    Path image = directory.resolve("image.tar");
    String what = struck.toString();
    int status = build.awaitExit();
    List<String> lost = build.lines().stream().filter(l -> LOST.matcher(l).matches()).toList();
    if (struck.fault != Fault.CALLER_KILLED) {
      assertThat(status).as(what + ": " + String.join("\n", build.lines())).isZero();
      assertThat(ImageFiles.of(image)).as(what).isEqualTo(expected);
      assertThat(lost).as(what).hasSizeLessThan(2);
      assertThat(lost).as(what).allMatch(l -> l.contains("agent a" + struck.victim + " is lost"));
    }
    repair(struck.fault, struck.victim);
    awaitNoContainers(what);
    AgentJvm again = begin(dockerfile, image);
    assertThat(again.awaitExit()).as(what + ", then " + again.lines()).isZero();
    assertThat(ImageFiles.of(image)).as(what + ", the build after it").isEqualTo(expected);
    return lost;
  }

  /** Where a build of a test writes its image. */
  Path image() {
    return directory.resolve("image.tar");
  }

  /** What was done to whom, and when. */
  record Struck(int round, Fault fault, int victim, String moment) {
    @Override
    public String toString() {
      return "round %d: %s of a%d %s".formatted(round, fault, victim, moment);
    }
  }

  /** What a dead process, or a build that nobody waits for, left running is gone after a while. */
  void awaitNoContainers(String what) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(90);
    List<String> left = containers();
    while (!left.isEmpty() && System.nanoTime() < deadline) {
      TimeUnit.MILLISECONDS.sleep(200);
      left = containers();
    }
    assertThat(left).as(what + ": containers").isEmpty();
  }

  private List<String> containers() {
    return IntStream.range(0, AGENTS)
        .boxed()
        .flatMap(agent -> TestEngine.at(engines.get(agent).host()).containers("").stream())
        .toList();
  }

  void close() throws Exception {
    pool.close();
    threads.invokeAll(engines.stream().map(LossyPool::closing).toList());
    threads.shutdown();
    network.close();
    for (int agent = 1; agent <= AGENTS; agent++) {
      run("umount", "--lazy", engine(agent).toString());
    }
  }

  private static Callable<String> closing(PrivateEngine engine) {
    return () -> {
      engine.close();
      return engine.host();
    };
  }
}
