package io.jenkins.plugins.dockerfilebuild.cli;

import io.jenkins.plugins.dockerfilebuild.coordination.Coordination;
import io.jenkins.plugins.dockerfilebuild.scheduling.Agent;
import io.jenkins.plugins.dockerfilebuild.scheduling.AgentPool;
import java.io.BufferedReader;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Many builds in one JVM that keeps its agents connected, as a Jenkins controller does, for {@code
 * bin/bench}: reads a line for each build from standard input (a log file, then the arguments of
 * the command line, separated by tabs), and answers with a line that holds the exit status. A word
 * {@code on=AGENT} before the arguments keeps all steps on that agent; the others hold what they
 * hold ({@code bin/bench cache}). It measures nothing: the script times all tools in the same way, from outside. In this
 * package to reach {@link Main#run}.
 */
final class WarmBench {

  /** The first build of each connects. */
  private final Map<PoolChoice, Pool> pools = new HashMap<>();

  private WarmBench() {}

  public static void main(String[] none) throws IOException {
    BufferedReader requests =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    WarmBench bench = new WarmBench();
    try {
      for (String line = requests.readLine(); line != null; line = requests.readLine()) {
        String[] words = line.split("\t");
        System.out.println(bench.build(words[0], Arrays.copyOfRange(words, 1, words.length)));
      }
    } finally {
      bench.pools.values().forEach(Pool::close);
    }
  }

  private int build(String log, String... words) throws IOException {
    boolean pinned = words[0].startsWith("on=");
    Optional<String> agent =
        pinned ? Optional.of(words[0].substring("on=".length())) : Optional.empty();
    String[] arguments = pinned ? Arrays.copyOfRange(words, 1, words.length) : words;
    try (PrintStream out =
        new PrintStream(new FileOutputStream(log), false, StandardCharsets.UTF_8)) {
      CommandIo io =
          new CommandIo(InputStream.nullInputStream(), out, out, System.getenv(), false);
      return Main.run(io, choice -> new Kept(kept(choice), agent), arguments);
    }
  }

  private Pool kept(PoolChoice choice) {
    return pools.computeIfAbsent(choice, Wiring::connect);
  }

  /** A pool that stays connected; of one build, maybe, all steps run on one agent. */
  private record Kept(Pool pool, Optional<String> pinned) implements Pool {

    @Override
    public List<Agent> agents() {
      return pool.agents();
    }

    @Override
    public AgentPool forBuild(String build, Collection<String> labels) {
      return pinned
          .<AgentPool>map(name -> new OneAgent(agents(), name))
          .orElseGet(() -> pool.forBuild(build, labels));
    }

    @Override
    public Coordination coordination() {
      return pool.coordination();
    }

    @Override
    public void close() {
      // The next build uses it too.
    }
  }

  /** All of its places are on one agent. */
  private record OneAgent(List<Agent> agents, String name) implements AgentPool {

    @Override
    public Optional<Place> claim(Claim claim) {
      Optional<Agent> pinned = agents.stream().filter(a -> a.name().equals(name)).findFirst();
      return pinned.map(OnPinned::new);
    }

    /** As in the pools of stand-alone agents, of which this is one. */
    @Override
    public boolean keepsNamelessOnFirst() {
      return false;
    }

    @Override
    public void lose(Agent agent) {
      throw new IllegalStateException("lost " + agent);
    }
  }

  private record OnPinned(Agent agent) implements AgentPool.Place {

    @Override
    public void close() {}
  }
}
