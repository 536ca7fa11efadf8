package io.jenkins.plugins.dockerfilebuild.build;

import io.jenkins.plugins.dockerfilebuild.coordination.hazelcast.HazelcastCluster;
import io.jenkins.plugins.dockerfilebuild.coordination.hazelcast.ShortLeases;
import io.jenkins.plugins.dockerfilebuild.event.BuildEvent;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;

/** A {@link CachePool} in a process of its own that runs one build and can be killed. */
final class CachePoolProcess implements AutoCloseable {

  private static final String ALONE = "";

  private final Process process;
  private final BufferedReader output;

  private CachePoolProcess(Process process) {
    this.process = process;
    this.output =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
  }

  /** Begins a build as {@link CachePool#run} does. */
  static CachePoolProcess start(Path directory, int agent, String options, String command)
      throws IOException {
    return start(directory, agent, options, command, ALONE);
  }

  /**
   * Begins a build that agrees with others by {@link ShortLeases}.
   *
   * @param member of the cluster, an address
   */
  static CachePoolProcess start(
      Path directory, int agent, String options, String command, String member) throws IOException {
    List<String> arguments =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            CachePoolProcess.class.getName(),
            directory.toString(),
            String.valueOf(agent),
            options,
            command,
            member);
    ProcessBuilder builder =
        new ProcessBuilder(arguments).redirectError(ProcessBuilder.Redirect.INHERIT);
    return new CachePoolProcess(builder.start());
  }

  /** Reads what happens until an event's text fits; all that was read before is passed over. */
  void await(Predicate<String> event) throws IOException {
    String line = output.readLine();
    while (line != null && !event.test(line)) {
      line = output.readLine();
    }
    if (line == null) {
      throw new AssertionError("the build ended before");
    }
  }

  /** Reads what happens until the end. */
  List<String> awaitEnd() throws IOException {
    return output.lines().toList();
  }

  /**
   * Stops it as a whole, or lets it go on.
   *
   * @param name of a signal, such as STOP
   */
  void signal(String name) throws IOException, InterruptedException {
    Process kill = new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid())).start();
    if (kill.waitFor() != 0) {
      throw new AssertionError("no signal " + name);
    }
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** Ends it as a crash would. */
  void kill() {
    process.destroyForcibly().onExit().join();
  }

  @Override
  public void close() {
    kill();
  }

  public static void main(String[] arguments) throws Exception {
    try (CachePool pool = new CachePool(Path.of(arguments[0]), 2)) {
      if (arguments[4].equals(ALONE)) {
        run(pool, arguments);
        return;
      }
      try (HazelcastCluster cluster = ShortLeases.client(arguments[4])) {
        run(pool.sharing(ShortLeases.over(cluster)), arguments);
      }
    }
  }

  private static void run(CachePool pool, String[] arguments) throws Exception {
    pool.listen(CachePoolProcess::print);
    pool.run(Integer.parseInt(arguments[1]), arguments[2], arguments[3]);
  }

  private static void print(BuildEvent event) {
    System.out.println(event);
    System.out.flush();
  }
}
