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
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Many builds in one JVM that keeps its agents connected, as a Jenkins controller does, for {@code
 * bin/bench}: reads a line for each build from standard input (a log file, then the arguments of
 * the command line, separated by tabs), and answers with a line that holds the exit
 * status. It measures nothing: the script times all tools in the same way, from outside. In this
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

  private int build(String log, String... arguments) throws IOException {
    try (PrintStream out =
        new PrintStream(new FileOutputStream(log), false, StandardCharsets.UTF_8)) {
      CommandIo io =
          new CommandIo(InputStream.nullInputStream(), out, out, System.getenv(), false);
      return Main.run(io, this::kept, arguments);
    }
  }

  private Pool kept(PoolChoice choice) {
    Pool pool = pools.computeIfAbsent(choice, Wiring::connect).lent();
    return Boolean.getBoolean("bench.first") ? new OnFirst(pool) : pool;
  }

  /** Steps run on the first agent; the others hold what they hold ({@code bin/bench cache}). */
  private record OnFirst(Pool pool) implements Pool, AgentPool {

    @Override
    public List<Agent> agents() {
      return pool.agents();
    }

    @Override
    public AgentPool forBuild() {
      return this;
    }

    @Override
    public Coordination coordination() {
      return pool.coordination();
    }

    @Override
    public Optional<Place> claim(Claim claim) {
      return Optional.of(
          new Place() {
            @Override
            public Agent agent() {
              return agents().get(0);
            }

            @Override
            public void close() {}
          });
    }

    @Override
    public void lose(Agent agent) {
      throw new IllegalStateException("lost " + agent);
    }

    @Override
    public void close() {
      pool.close();
    }
  }
}
