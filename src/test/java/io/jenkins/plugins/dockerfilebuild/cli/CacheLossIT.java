package io.jenkins.plugins.dockerfilebuild.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.dockerfilebuild.execution.docker.TestEngine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Builds at once, each a process, that use one {@code locked} and one {@code shared} cache
 * directory on three agents, each a process, on two engines. One agent is killed while it holds,
 * fetches or publishes. {@code -Dcache.rounds=N} runs more rounds, {@code -Dcache.seed=N} the same
 * again.
 */
@Timeout(3600)
class CacheLossIT {

  private static final int AGENTS = 3;
  private static final int BUILDS = 3;
  private static final Pattern STARTED = Pattern.compile(".* runs .*?\\(on (a\\d)\\):.*");
  private static final Pattern PUBLISHED =
      Pattern.compile("published cache (\\w+) version \\d+ \\((a\\d)\\).*");

  /** Told to a step that begins with less than the newest version, with agents as they are. */
  private static final Pattern OLDER =
      Pattern.compile(".*(: no agent that can be reached has version | cannot be had from ).*");

  private static final Pattern STAGED = Pattern.compile(".*/staging/[^/]+/.+");
  private static final Pattern MARK =
      Pattern.compile("#\\d+ \\S+ (begin|end) (\\d+\\.\\d+) (\\S+)");

  /** What the agent is doing when it is killed. */
  private enum Moment {
    HOLDS,
    FETCHES,
    PUBLISHES
  }

  /**
   * A run of a step that had the locked directory, by the machine's clock. A step whose agent is
   * killed runs again.
   *
   * @param counted what stood in its file of numbers when it began; it has added one
   * @param older whether it was told that it begins with an older version
   * @param published whether what this run left was told to be published
   */
  private record Held(
      double from, double to, String who, int counted, boolean older, boolean published) {

    private Held asPublished() {
      return new Held(from, to, who, counted, older, true);
    }
  }

  @TempDir private Path directory;
  private AgentsOnEngines pool;

  /** What was published, by directory and file, with the digest of its content. */
  private final Map<String, String> acknowledged = new TreeMap<>();

  private final List<Held> held = new ArrayList<>();
  private final List<String> story = new ArrayList<>();

  /** How often a number was to be found as it was left. */
  private int counts;

  @Test
  void noUpdateIsLostAndNoFileVanishesWhenAgentsAreKilled() throws Exception {
    long seed = Long.getLong("cache.seed", System.nanoTime() % 1_000_000);
    int rounds = Integer.getInteger("cache.rounds", Moment.values().length);
    Random random = new Random(seed);
    System.out.printf("cache losses: seed %d, %d rounds%n", seed, rounds);
    List<String> hosts = List.of(TestEngine.first().host(), TestEngine.second().host());
    try (AgentsOnEngines agents = new AgentsOnEngines(directory, hosts)) {
      pool = agents.start(1, 2, 3);
      for (int round = 0; round < rounds; round++) {
        round("r" + round, Moment.values()[round % Moment.values().length], random);
      }
      check();
    }
  }

  private void round(String name, Moment moment, Random random) throws Exception {
    List<AgentJvm> builds = new ArrayList<>();
    for (int i = 1; i <= BUILDS; i++) {
      builds.add(begin(name + "b" + i, random.nextInt(4)));
    }
    int victim = await(moment, builds, random);
    pool.kill(victim);
    String what = "%s, a%d killed while it %s".formatted(name, victim, moment);
    for (int i = 1; i <= BUILDS; i++) {
      int status = builds.get(i - 1).awaitExit();
      List<String> lines = builds.get(i - 1).lines();
      assertThat(status).as(what + ": " + String.join("\n", lines)).isZero();
      note(name + "b" + i, lines);
    }
    System.out.println(what + ", published so far: " + acknowledged.size());
    pool.start(victim);
  }

  /**
   * A build whose one step adds a file to each directory, counts in one that all have, and says
   * what it found and wrote, and how long it had them.
   */
  private AgentJvm begin(String id, int tenths) throws IOException {
    Path context =
        AgentsOnEngines.context(
            directory.resolve(id),
            "FROM " + TestEngine.BUSYBOX,
            "ENV ID=" + id,
            "RUN --network=none --mount=type=cache,id=locked,target=/l,sharing=locked"
                + " --mount=type=cache,id=shared,target=/s n=$(cat /l/count 2> /dev/null || echo 0);"
                + " echo begin $(cut -d' ' -f1 /proc/uptime) $n"
                + " && head -c 3000000 /dev/urandom > /l/$ID && sleep 0."
                + tenths
                + " && echo $((n + 1)) > /l/count && cp /l/$ID /s/$ID"
                + " && echo end $(cut -d' ' -f1 /proc/uptime) $(sha256sum < /l/$ID | cut -c1-64)");
    return pool.begin(context, "--progress", "plain");
  }

  /** Waits for the moment, and answers whose it is. */
  private int await(Moment moment, List<AgentJvm> builds, Random random) throws Exception {
    AgentJvm build = builds.get(random.nextInt(builds.size()));
    if (moment == Moment.FETCHES) {
      while (build.isAlive()) {
        for (int agent = 1; agent <= AGENTS; agent++) {
          if (isFetching(agent)) {
            return agent;
          }
        }
      }
    }
    String mark = moment == Moment.PUBLISHES ? " end " : " begin ";
    build.await(line -> MARK.matcher(line).matches() && line.contains(mark));
    return last(STARTED, build.lines()).charAt(1) - '0';
  }

  private boolean isFetching(int agent) {
    try (Stream<Path> all = Files.walk(directory.resolve("a" + agent))) {
      return all.anyMatch(path -> STAGED.matcher(path.toString()).matches());
    } catch (IOException | UncheckedIOException changing) {
      return false;
    }
  }

  private static String last(Pattern pattern, List<String> lines) {
    return lines.stream()
        .map(pattern::matcher)
        .filter(Matcher::matches)
        .map(matcher -> matcher.group(1))
        .reduce("", (before, next) -> next);
  }

  /** What the build was told to be published, and when its step had the directories. */
  private void note(String id, List<String> lines) {
    boolean older = lines.stream().anyMatch(line -> OLDER.matcher(line).matches());
    double begin = 0;
    int counted = 0;
    String content = "";
    for (String line : lines) {
      story.add(id + ": " + line);
      Matcher mark = MARK.matcher(line);
      if (mark.matches() && mark.group(1).equals("begin")) {
        begin = Double.parseDouble(mark.group(2));
        counted = Integer.parseInt(mark.group(3));
      } else if (mark.matches()) {
        content = mark.group(3);
        held.add(new Held(begin, Double.parseDouble(mark.group(2)), id, counted, older, false));
      }
      Matcher published = PUBLISHED.matcher(line);
      if (published.matches()) {
        acknowledged.put(published.group(1) + " " + id, content);
        if (published.group(1).equals("locked")) {
          held.set(held.size() - 1, held.get(held.size() - 1).asPublished());
        }
      }
    }
  }

  private void check() throws Exception {
    held.sort(Comparator.comparingDouble(Held::from));
    for (int i = 1; i < held.size(); i++) {
      follows(held.get(i - 1), held.get(i));
    }
    assertThat(acknowledged).isNotEmpty();
    assertThat(counts).as("%s", held).isPositive();
    // What an agent alone had while it was away is united when it uses the directory again.
    List<String> found = List.of();
    for (int agent = 1; agent <= AGENTS + 1; agent++) {
      found = listed(agent > AGENTS ? 1 : agent, "check" + agent);
    }
    assertThat(found)
        .as(String.join("\n", story))
        .containsAll(
            acknowledged.entrySet().stream().map(e -> e.getKey() + " " + e.getValue()).toList());
  }

  /**
   * It began when the other had ended, and with the number that this one published, or was told.
   */
  private void follows(Held before, Held after) {
    assertThat(after.from()).as("%s", held).isGreaterThanOrEqualTo(before.to());
    if (before.published() && !after.older()) {
      assertThat(after.counted()).as("%s", held).isGreaterThan(before.counted());
      counts++;
    }
  }

  /** What both directories hold for a step on an agent. */
  private List<String> listed(int agent, String id) throws Exception {
    Path context =
        AgentsOnEngines.context(
            directory.resolve(id),
            "FROM " + TestEngine.BUSYBOX,
            "ENV ID=" + id,
            "RUN --network=none --mount=type=cache,id=locked,target=/l,sharing=locked"
                + " --mount=type=cache,id=shared,target=/s"
                + " for f in /l/r* /s/r*; do"
                + " case $f in /l*) d=locked;; *) d=shared;; esac;"
                + " echo $d ${f##*/} $(sha256sum < $f | cut -c1-64); done");
    CommandRun build = pool.run(context, "--progress", "plain", "--agent-label", "a" + agent);
    List<String> lines = (build.err() + build.out()).lines().toList();
    assertThat(build.status()).as(lines.toString()).isZero();
    lines.forEach(line -> story.add(id + ": " + line));
    return lines.stream().map(line -> line.replaceFirst("^#\\d+ \\S+ ", "")).toList();
  }
}
