package io.jenkins.plugins.dockerfilebuild.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A pool of stand-alone agents, each a process of its own with an engine. The first listens at a
 * port that it keeps over restarts; the others join it.
 */
final class AgentsOnEngines implements AutoCloseable {

  private static final int PORT = 5710;

  private final Path directory;
  private final List<String> engines;
  private final Optional<TestNetwork> network;
  private final Map<Integer, AgentJvm> running = new TreeMap<>();
  private String address = "127.0.0.1:0";

  /**
   * @param directory for all that they keep
   * @param engines their Docker hosts
   */
  AgentsOnEngines(Path directory, List<String> engines) {
    this(directory, engines, Optional.empty());
  }

  /**
   * @param network on whose hosts they run, by their numbers; else all are on loopback
   */
  AgentsOnEngines(Path directory, List<String> engines, Optional<TestNetwork> network) {
    this.directory = directory;
    this.engines = engines;
    this.network = network;
    network.ifPresent(hosts -> address = hosts.address(1) + ":" + PORT);
  }

  /**
   * Starts agents by their numbers from 1, the first first and then the others at once; all know
   * one another then.
   */
  AgentsOnEngines start(int... numbers) throws IOException, InterruptedException {
    begin(numbers[0]);
    awaitStart(numbers[0]);
    int[] others = Arrays.copyOfRange(numbers, 1, numbers.length);
    for (int number : others) {
      begin(number);
    }
    for (int number : others) {
      awaitStart(number);
    }
    awaitAll();
    return this;
  }

  private void begin(int number) throws IOException {
    List<String> host = network.map(n -> n.on(number)).orElse(List.of());
    running.put(number, AgentJvm.start(host, arguments(number)));
  }

  private void awaitStart(int number) throws InterruptedException {
    String told = running.get(number).await(line -> line.contains(", listening on "));
    if (number == 1) {
      address = told.substring(told.lastIndexOf(' ') + 1);
    }
  }

  /** Waits until each knows all. */
  void awaitAll() throws InterruptedException {
    String all = "pool: " + String.join(", ", running.keySet().stream().map(n -> "a" + n).toList());
    for (AgentJvm agent : running.values()) {
      agent.awaitLast("pool: ", all);
    }
  }

  private List<String> arguments(int number) {
    String engine = engines.get((number - 1) % engines.size());
    String where = number == 1 ? "--listen" : "--join";
    List<String> arguments = arguments("a" + number, engine, where);
    if (number > 1 && network.isPresent()) {
      arguments.addAll(List.of("--listen", network.get().address(number) + ":" + PORT));
    }
    return arguments;
  }

  private List<String> arguments(String name, String engine, String where) {
    List<String> arguments = new ArrayList<>(List.of("agent", "--name", name));
    arguments.addAll(List.of("--capacity", "2", "--label", "test"));
    arguments.addAll(List.of("--docker-host", engine, where, address));
    arguments.addAll(List.of("--state", directory.resolve(name).toString(), "--label", name));
    return arguments;
  }

  /** Another agent that joins, in the hands of the test. */
  AgentJvm join(String name) throws IOException {
    return AgentJvm.start(List.of(), arguments(name, engines.get(0), "--join"));
  }

  /** A build in a process of its own. */
  AgentJvm begin(Path context, String... options) throws IOException {
    return AgentJvm.start(List.of(), build(context, options));
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
    arguments.addAll(List.of("--agent-label", "test"));
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
