package io.jenkins.plugins.dockerfilebuild.build;

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
    List<String> arguments =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            CachePoolProcess.class.getName(),
            directory.toString(),
            String.valueOf(agent),
            options,
            command);
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
      pool.listen(CachePoolProcess::print);
      pool.run(Integer.parseInt(arguments[1]), arguments[2], arguments[3]);
    }
  }

  private static void print(BuildEvent event) {
    System.out.println(event);
    System.out.flush();
  }
}
