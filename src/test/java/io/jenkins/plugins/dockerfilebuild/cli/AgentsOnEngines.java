package io.jenkins.plugins.dockerfilebuild.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A pool of stand-alone agents, each a process of its own with an engine. The first listens at a
 * port that it keeps over restarts; the others join it.
 */
final class AgentsOnEngines implements AutoCloseable {

  private final Path directory;
  private final List<String> engines;
  private final Map<Integer, AgentJvm> running = new TreeMap<>();
  private String address = "127.0.0.1:0";

  /**
   * @param directory for all that they keep
   * @param engines their Docker hosts
   */
  AgentsOnEngines(Path directory, List<String> engines) {
    this.directory = directory;
    this.engines = engines;
  }

  /** Starts agents by their numbers from 1, the first first; all know one another then. */
  AgentsOnEngines start(int... numbers) throws IOException, InterruptedException {
    for (int number : numbers) {
      AgentJvm agent = AgentJvm.start(List.of(), arguments(number));
      running.put(number, agent);
      String told = agent.await(line -> line.contains(", listening on "));
      if (number == 1) {
        address = told.substring(told.lastIndexOf(' ') + 1);
      }
    }
    awaitAll();
    return this;
  }

  /** Waits until each knows all. */
  void awaitAll() throws InterruptedException {
    String all = "pool: " + String.join(", ", running.keySet().stream().map(n -> "a" + n).toList());
    for (AgentJvm agent : running.values()) {
      agent.await(all::equals);
    }
  }

  private List<String> arguments(int number) {
    String where = number == 1 ? "--listen" : "--join";
    return arguments("a" + number, engines.get((number - 1) % engines.size()), where);
  }

  private List<String> arguments(String name, String engine, String where) {
    List<String> arguments = new ArrayList<>(List.of("agent", "--name", name));
    arguments.addAll(List.of("--docker-host", engine, where, address));
    arguments.addAll(List.of("--state", directory.resolve(name).toString()));
    return arguments;
  }

  /** Another agent that joins, in the hands of the test. */
  AgentJvm join(String name) throws IOException {
    return AgentJvm.start(List.of(), arguments(name, engines.get(0), "--join"));
  }

  AgentJvm agent(int number) {
    return running.get(number);
  }

  /** Ends one as a crash would. */
  void kill(int number) {
    running.remove(number).kill();
  }

  /** Ends one in order. */
  void stop(int number) {
    running.remove(number).end();
  }

  /** The command line's arguments for a build of {@code context} on the pool. */
  List<String> build(Path context, String... options) {
    List<String> arguments = new ArrayList<>(List.of("build", "--join", address));
    arguments.addAll(List.of("--state", directory.resolve("caller").toString()));
    arguments.addAll(Arrays.asList(options));
    arguments.add(context.toString());
    return arguments;
  }

  /** Runs it in this process. */
  CommandRun run(Path context, String... options) {
    return CommandRun.of(build(context, options).toArray(String[]::new));
  }

  /** A build context with a Dockerfile. */
  static Path context(Path directory, String... dockerfile) throws IOException {
    Files.createDirectories(directory);
    Files.writeString(directory.resolve("Dockerfile"), String.join("\n", dockerfile) + "\n");
    return directory;
  }

  @Override
  public void close() {
    running.values().forEach(AgentJvm::close);
  }
}
