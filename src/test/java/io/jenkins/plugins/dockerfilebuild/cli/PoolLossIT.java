package io.jenkins.plugins.dockerfilebuild.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.dockerfilebuild.execution.docker.PrivateEngine;
import io.jenkins.plugins.dockerfilebuild.execution.docker.TestEngine;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Three agents, each a process on a host of its own with an engine of its own, and builds during
 * which one of them is lost at a random moment. {@code -Dpool.rounds=N} runs more rounds, {@code
 * -Dpool.seed=N} the same again.
 */
@Timeout(7200)
class PoolLossIT {

  private static final int AGENTS = 3;

  private static final Pattern LOST = Pattern.compile(".*agent (a\\d) is lost: .*");

  /** What is done to an agent, or to the caller. */
  private enum Fault {
    AGENT_KILLED,
    ENGINE_KILLED,
    NETWORK_CUT,
    DISK_FULL,
    CALLER_KILLED
  }

  @TempDir private Path directory;
  private final List<PrivateEngine> engines = new ArrayList<>();
  private TestNetwork network;
  private AgentsOnEngines pool;

  @BeforeEach
  void start() throws Exception {
    for (int agent = 1; agent <= AGENTS; agent++) {
      mount(Files.createDirectory(engine(agent)));
      engines.add(PrivateEngine.start(engine(agent)));
      TestEngine.at(engines.get(agent - 1).host());
    }
    network = TestNetwork.of(AGENTS);
    List<String> hosts = engines.stream().map(PrivateEngine::host).toList();
    pool = new AgentsOnEngines(directory, hosts, Optional.of(network)).start(1, 2, 3);
  }

  @AfterEach
  void stop() throws Exception {
    pool.close();
    for (PrivateEngine engine : engines) {
      engine.close();
    }
    network.close();
    for (int agent = 1; agent <= AGENTS; agent++) {
      run("umount", "--lazy", engine(agent).toString());
    }
  }

  private Path engine(int agent) {
    return directory.resolve("engine-" + agent);
  }

  private static void mount(Path target) throws Exception {
    run("mount", "-t", "tmpfs", "-o", "size=200m", "tmpfs", target.toString());
  }

  private static void run(String... command) throws Exception {
    Process process = new ProcessBuilder(command).inheritIO().start();
    assertThat(process.waitFor()).as(String.join(" ", command)).isZero();
  }

  @Test
  void aBuildThatLosesAnAgentMakesTheSameImage() throws Exception {
    long seed = Long.getLong("pool.seed", System.nanoTime() % 1_000_000);
    int rounds = Integer.getInteger("pool.rounds", 2);
    Random random = new Random(seed);
    System.out.printf("pool losses: seed %d, %d rounds%n", seed, rounds);

    Path undisturbed = directory.resolve("undisturbed.tar");
    AgentJvm first = begin("undisturbed", undisturbed);
    assertThat(first.awaitExit()).as(first.lines().toString()).isZero();
    Map<String, String> expected = ImageFiles.of(undisturbed);
    int moments = first.lines().size();

    List<Fault> faults = new ArrayList<>();
    for (int round = 1; round <= rounds; round++) {
      if (faults.isEmpty()) {
        Collections.addAll(faults, Fault.values());
        Collections.shuffle(faults, random);
      }
      Fault fault = faults.remove(0);
      int victim = 1 + random.nextInt(AGENTS);
      int moment = 1 + random.nextInt(moments);
      String what = "round %d: %s of a%d at line %d".formatted(round, fault, victim, moment);
      long begin = System.nanoTime();
      List<String> lost = round("r" + seed + "-" + round, fault, victim, moment, expected, what);
      System.out.printf("%s: %d s %s%n", what, (System.nanoTime() - begin) / 1_000_000_000, lost);
    }
  }

  private List<String> round(
      String salt, Fault fault, int victim, int moment, Map<String, String> expected, String what)
      throws Exception {
    Path image = directory.resolve("image.tar");
    AgentJvm build = begin(salt, image);
    build.awaitLines(moment);
    inflict(fault, victim, build);
    int status = build.awaitExit();
    List<String> lost = build.lines().stream().filter(l -> LOST.matcher(l).matches()).toList();
    if (fault != Fault.CALLER_KILLED) {
      assertThat(status).as(what + ": " + String.join("\n", build.lines())).isZero();
      assertThat(ImageFiles.of(image)).as(what).isEqualTo(expected);
      assertThat(lost).as(what).hasSizeLessThan(2);
      assertThat(lost).as(what).allMatch(line -> line.contains("agent a" + victim + " is lost"));
    }
    repair(fault, victim);
    awaitNoContainers(what);
    AgentJvm again = begin(salt, image);
    assertThat(again.awaitExit()).as(what + ", then " + again.lines()).isZero();
    assertThat(ImageFiles.of(image)).as(what + ", the build after it").isEqualTo(expected);
    return lost;
  }

  /** Six steps in three stages that share a locked cache directory, and one that needs them all. */
  private AgentJvm begin(String salt, Path image) throws Exception {
    List<String> lines = new ArrayList<>();
    for (String stage : List.of("a", "b", "c")) {
      String cache = "--mount=type=cache,id=" + salt + ",target=/c,sharing=locked";
      lines.addAll(
          List.of(
              "FROM " + TestEngine.BUSYBOX + " AS " + stage,
              "ENV SALT=" + salt,
              "RUN --network=none "
                  + cache
                  + " for i in 1 2 3 4; do echo "
                  + stage
                  + "$i; sleep 0.2; done; echo "
                  + stage
                  + " > /c/"
                  + stage,
              "RUN --network=none echo begin; seq 300000 | sed s/^/"
                  + stage
                  + "/ > /"
                  + stage
                  + "; sleep 0.3; echo end"));
    }
    lines.add("FROM " + TestEngine.BUSYBOX);
    lines.add("ENV SALT=" + salt);
    lines.addAll(List.of("COPY --from=a /a /", "COPY --from=b /b /", "COPY --from=c /c /"));
    lines.add("RUN --network=none sha256sum /a /b /c > /sums && echo summed");
    Path context =
        AgentsOnEngines.context(directory.resolve("context"), lines.toArray(String[]::new));
    Files.deleteIfExists(image);
    return pool.begin(context, "--progress", "plain", "--output", "type=tar,dest=" + image);
  }

  private void inflict(Fault fault, int victim, AgentJvm build) throws Exception {
    switch (fault) {
      case AGENT_KILLED -> pool.kill(victim);
      case ENGINE_KILLED -> engines.get(victim - 1).kill();
      case NETWORK_CUT -> network.cut(victim);
      case DISK_FULL -> fill(engine(victim).resolve("filling"));
      case CALLER_KILLED -> build.kill();
    }
  }

  private void repair(Fault fault, int victim) throws Exception {
    switch (fault) {
      case AGENT_KILLED -> pool.start(victim);
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

  /** What a dead process, or a build that nobody waits for, left running is gone after a while. */
  private void awaitNoContainers(String what) throws InterruptedException {
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
}
