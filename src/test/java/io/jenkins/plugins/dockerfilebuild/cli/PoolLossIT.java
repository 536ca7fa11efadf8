package io.jenkins.plugins.dockerfilebuild.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.dockerfilebuild.cli.LossyPool.Fault;
import io.jenkins.plugins.dockerfilebuild.cli.LossyPool.Struck;
import io.jenkins.plugins.dockerfilebuild.execution.docker.TestEngine;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Builds on three agents during which one of them, or the caller, is lost: at a random moment, and
 * while a layer is sent or a lease is held. {@code -Dpool.rounds=N} runs more rounds of each,
 * {@code -Dpool.seed=N} the same again, {@code -Dpool.faults=NETWORK_CUT,CALLER_KILLED} some faults
 * alone.
 *
 * <p>It runs beside the other classes: most of its time is waiting for a loss to be noticed, and
 * its agents, engines and networks are its own. Its methods share them, so they come in a row.
 */
@Execution(ExecutionMode.CONCURRENT)
@Timeout(7200)
class PoolLossIT {

  /**
   * What is left of a lease after its holder, 60 s and a look at it, and then two builds, which
   * take seconds.
   */
  private static final long BOUND_SECONDS = 60 + 15 + 45;

  private static final boolean LONG = Integer.getInteger("pool.rounds") != null;
  private static final int ROUNDS = Integer.getInteger("pool.rounds", 1);
  private static final int AIMED_ROUNDS = Integer.getInteger("pool.rounds", 1);
  private static final long SEED = Long.getLong("pool.seed", System.nanoTime() % 1_000_000);

  /** In short runs a caller is killed whom another follows, and nowhere else: it takes 30 s. */
  private static final List<Fault> FAULTS =
      Stream.of(
              System.getProperty(
                      "pool.faults",
                      "AGENT_KILLED,AGENT_STOPPED,ENGINE_KILLED,NETWORK_CUT,DISK_FULL"
                          + (LONG ? ",CALLER_KILLED" : ""))
                  .split(","))
          .map(Fault::valueOf)
          .toList();

  private static final List<Fault> OF_AGENTS =
      FAULTS.stream().filter(fault -> fault != Fault.CALLER_KILLED).toList();

  /** Faults of which none has come since it came last, of all tests. */
  private static final List<Fault> LEFT = new ArrayList<>();

  @TempDir private static Path directory;
  private static LossyPool pool;

  /** What {@link #stages} make without a loss, and how many lines that build prints. */
  private static Map<String, String> made;

  private static int lines;

  private final Random random = new Random(SEED);

  @BeforeAll
  static void start() throws Exception {
    pool = LossyPool.start(directory);
    AgentJvm undisturbed = pool.begin(stages("undisturbed"), pool.image());
    assertThat(undisturbed.awaitExit()).as(undisturbed.lines().toString()).isZero();
    made = ImageFiles.of(pool.image());
    lines = undisturbed.lines().size();
  }

  @AfterAll
  static void stop() throws Exception {
    pool.close();
  }

  /** Each fault once before any comes again, as far as it is one of these. */
  private Fault next(List<Fault> possible) {
    if (LEFT.stream().noneMatch(possible::contains)) {
      LEFT.addAll(FAULTS);
      Collections.shuffle(LEFT, random);
    }
    Fault next = LEFT.stream().filter(possible::contains).findFirst().orElseThrow();
    LEFT.remove(next);
    return next;
  }

  private static void print(Struck struck, List<String> lost) {
    System.out.printf("%s: %s%n", struck, lost);
  }

  @Test
  @Execution(ExecutionMode.SAME_THREAD)
  void aBuildThatLosesAnAgentAtARandomMomentMakesTheSameImage() throws Exception {
    System.out.printf("pool losses: seed %d, %d rounds%n", SEED, ROUNDS);
    for (int round = 1; round <= ROUNDS; round++) {
      Fault fault = next(FAULTS);
      int victim = 1 + random.nextInt(LossyPool.AGENTS);
      int moment = 1 + random.nextInt(lines);
      List<String> dockerfile = stages("r" + SEED + "-" + round);
      AgentJvm build = pool.begin(dockerfile, pool.image());
      build.awaitLines(moment);
      pool.inflict(fault, victim, build);
      Struck struck = new Struck(round, fault, victim, "at line " + moment);
      print(struck, pool.goesOn(build, struck, dockerfile, made));
    }
  }

  /** Six steps in three stages that share a locked cache directory, and one that needs them all. */
  private static List<String> stages(String salt) {
    List<String> lines = new ArrayList<>();
    for (String stage : List.of("a", "b", "c")) {
      lines.add("FROM " + TestEngine.BUSYBOX + " AS " + stage);
      lines.add("ENV SALT=" + salt);
      lines.add(locked(salt, stage, 4, "0.2"));
      lines.add(
          "RUN --network=none echo begin; seq 300000 | sed s/^/%1$s/ > /%1$s; sleep 0.3; echo end"
              .formatted(stage));
    }
    lines.add("FROM " + TestEngine.BUSYBOX);
    lines.add("ENV SALT=" + salt);
    lines.addAll(List.of("COPY --from=a /a /", "COPY --from=b /b /", "COPY --from=c /c /"));
    lines.add("RUN --network=none sha256sum /a /b /c > /sums && echo summed");
    return lines;
  }

  /** Holds the build's cache directory for a while. */
  private static String locked(String salt, String stage, int times, String pause) {
    return ("RUN --network=none --mount=type=cache,id=%s,target=/c,sharing=locked"
            + " for i in $(seq %d); do echo %s$i; sleep %s; done; echo %s > /c/%s")
        .formatted(salt, times, stage, pause, stage, stage);
  }

  @Test
  @Execution(ExecutionMode.SAME_THREAD)
  void anAgentThatIsLostWhileALayerIsSentDoesNoHarm() throws Exception {
    System.out.printf("losses while layers are sent: seed %d, %d rounds%n", SEED, AIMED_ROUNDS);
    Map<String, String> expected = pool.undisturbed(layers("undisturbed"));
    for (int round = 1; round <= AIMED_ROUNDS; round++) {
      Fault fault = next(OF_AGENTS);
      String side = random.nextBoolean() ? "docker-export-" : "docker-import-";
      Sending sending = beginSending("s" + SEED + "-" + round, side);
      int victim = sending.agent;
      pool.inflict(fault, victim, sending.build);
      Struck struck = new Struck(round, fault, victim, "during its " + side + "*");
      print(struck, pool.goesOn(sending.build, struck, sending.dockerfile, expected));
    }
  }

  /** A build of which an agent's engine writes or reads an image. */
  private record Sending(List<String> dockerfile, AgentJvm build, int agent) {}

  /** It takes a moment only, which a test that is not given a core misses: then another build. */
  private static Sending beginSending(String salt, String side) throws Exception {
    for (int attempt = 1; attempt <= 5; attempt++) {
      List<String> dockerfile = layers(salt + "-" + attempt);
      AgentJvm build = pool.begin(dockerfile, pool.image());
      build.await(line -> line.contains("made"));
      OptionalInt agent = awaitTransfer(side, build);
      if (agent.isPresent()) {
        return new Sending(dockerfile, build, agent.getAsInt());
      }
      assertThat(build.awaitExit()).as(build.lines().toString()).isZero();
    }
    throw new AssertionError("no layer was seen while it was sent");
  }

  /** Four steps that take long need a layer of 15 MB, more than have a place where it was made. */
  private static List<String> layers(String salt) {
    List<String> lines = new ArrayList<>();
    lines.addAll(List.of("FROM " + TestEngine.BUSYBOX + " AS big", "ENV SALT=" + salt));
    lines.add("RUN --network=none seq 2000000 > /big && echo made");
    List<String> copies = new ArrayList<>();
    for (String stage : List.of("a", "b", "c", "d")) {
      lines.add("FROM big AS " + stage);
      lines.add("RUN --network=none sleep 4; sha256sum /big > /%s".formatted(stage));
      copies.add("COPY --from=%1$s /%1$s /".formatted(stage));
    }
    lines.addAll(List.of("FROM " + TestEngine.BUSYBOX, "ENV SALT=" + salt));
    lines.addAll(copies);
    return lines;
  }

  /** The agent whose engine writes or reads an image: it has a folder for that. */
  private static OptionalInt awaitTransfer(String side, AgentJvm build) throws Exception {
    while (build.isAlive()) {
      for (int agent = 1; agent <= LossyPool.AGENTS; agent++) {
        if (holds(pool.scratch(agent), side)) {
          return OptionalInt.of(agent);
        }
      }
      TimeUnit.MILLISECONDS.sleep(5);
    }
    return OptionalInt.empty();
  }

  private static boolean holds(Path folder, String prefix) throws IOException {
    try (DirectoryStream<Path> found = Files.newDirectoryStream(folder, prefix + "*")) {
      return found.iterator().hasNext();
    } catch (NoSuchFileException notYet) {
      return false;
    }
  }

  @Test
  @Execution(ExecutionMode.SAME_THREAD)
  void aLeaseDoesNotOutliveItsHolder() throws Exception {
    System.out.printf("losses while leases are held: seed %d, %d rounds%n", SEED, AIMED_ROUNDS);
    for (int round = 1; round <= AIMED_ROUNDS; round++) {
      Fault fault = next(FAULTS);
      List<String> dockerfile = stages("l" + SEED + "-" + round);
      AgentJvm build = pool.begin(dockerfile, pool.image());
      String printed = build.await(line -> line.matches("#\\d+ [0-9.]+ [abc]2"));
      int victim = runner(build, printed);
      pool.inflict(fault, victim, build);
      long died = System.nanoTime();
      Struck struck = new Struck(round, fault, victim, "under its lease");
      print(struck, pool.goesOn(build, struck, dockerfile, made));
      long seconds = (System.nanoTime() - died) / 1_000_000_000;
      assertThat(seconds).as(struck + ": until the next build was over").isLessThan(BOUND_SECONDS);
    }
  }

  /** The agent on which a step runs that printed a line. */
  private static int runner(AgentJvm build, String printed) throws InterruptedException {
    String step = printed.substring(0, printed.indexOf(' '));
    Pattern runs = Pattern.compile(step + " .* \\(on a(\\d)\\).*");
    String line = build.await(told -> runs.matcher(told).matches());
    Matcher matcher = runs.matcher(line);
    assertThat(matcher.matches()).isTrue();
    return Integer.parseInt(matcher.group(1));
  }

  @Test
  @Execution(ExecutionMode.SAME_THREAD)
  void aBuildThatFollowsRunsTheStepOfACallerThatIsLost() throws Exception {
    Path secret = directory.resolve("secret");
    String[] options = {"--secret", "id=s,src=" + secret};
    Files.writeString(secret, "go");
    Map<String, String> expected = pool.undisturbed(slow("undisturbed"), options);
    List<String> dockerfile = slow("f" + SEED);
    Path image = directory.resolve("follower.tar");

    Files.writeString(secret, "wait");
    AgentJvm leader = pool.begin(dockerfile, pool.image(), options);
    leader.await(line -> line.endsWith(" begin"));
    Files.writeString(secret, "go");
    AgentJvm follower = pool.begin(dockerfile, image, options);
    follower.await(line -> line.contains("runs already for"));
    leader.kill();

    assertThat(follower.awaitExit()).as(follower.lines().toString()).isZero();
    assertThat(ImageFiles.of(image)).isEqualTo(expected);
    pool.awaitNoContainers("a caller was killed whose step another followed");
  }

  /**
   * A step that ends where its secret says so, which is in no key. In long runs it has a lease too,
   * which outlives its caller by a minute.
   */
  private static List<String> slow(String salt) {
    String cache = LONG ? " --mount=type=cache,target=/c,sharing=locked,id=" + salt : "";
    return List.of(
        "FROM " + TestEngine.BUSYBOX,
        "ENV SALT=" + salt,
        "RUN --network=none --mount=type=secret,id=s"
            + cache
            + " echo begin; [ $(cat /run/secrets/s) = go ] || sleep 1000; seq 300000 > /made");
  }
}
