package io.jenkins.plugins.dockerfilebuild.cli;

import io.jenkins.plugins.dockerfilebuild.coordination.hazelcast.MemberAddress;
import io.jenkins.plugins.dockerfilebuild.image.Platform;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code agent}: reads the options of a stand-alone agent, which then runs until it is stopped. */
@Command(
    name = "agent",
    description = "Runs an agent of a pool, until it is stopped.",
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class AgentCommand implements Callable<Integer> {

  private final CommandIo io;

  @Option(
      names = "--name",
      required = true,
      paramLabel = "NAME",
      description = "What users call it; unique in the pool.")
  private String name;

  @Option(
      names = "--docker-host",
      paramLabel = "URL",
      description = "Its engine. Default: DOCKER_HOST, or the usual socket.")
  private Optional<String> dockerHost = Optional.empty();

  @Option(
      names = "--state",
      required = true,
      paramLabel = "DIR",
      description = "Where it keeps what later builds use.")
  private Path state;

  @Option(
      names = "--listen",
      paramLabel = "HOST:PORT",
      description =
          "Where others reach it. Whoever does can run commands there: loopback, or a network that"
              + " is trusted.")
  private Optional<String> listen = Optional.empty();

  @Option(
      names = "--join",
      paramLabel = "HOST:PORT",
      description = "Another agent of the pool, may be repeated; it need not be there yet.")
  private List<String> join = new ArrayList<>();

  @Option(
      names = "--capacity",
      paramLabel = "N",
      description = "Steps at once, of all builds. Default: the engine's processors.")
  private Optional<Integer> capacity = Optional.empty();

  @Option(
      names = "--label",
      paramLabel = "LABEL",
      description = "What builds may ask for, may be repeated.")
  private List<String> labels = new ArrayList<>();

  @Option(
      names = "--platform",
      paramLabel = "P",
      description = "What it builds for. Default: what the engine says.")
  private Optional<String> platform = Optional.empty();

  @Option(
      names = "--keep-storage",
      paramLabel = "SIZE",
      description = "What it keeps of each kind by itself. Default: a tenth of its disk.")
  private Optional<String> keepStorage = Optional.empty();

  AgentCommand(CommandIo io) {
    this.io = io;
  }

  @Override
  public Integer call() throws InterruptedException {
    try (AgentProcess agent = AgentProcess.start(settings(), io)) {
      agent.awaitEnd();
    }
    return ExitStatus.BUILT.code();
  }

  private AgentSettings settings() {
    if (listen.isEmpty() && join.isEmpty()) {
      throw CommandFailure.usage(
          "--listen or --join is missing",
          "the first agent of a pool: --listen 127.0.0.1:5710; others: --join 127.0.0.1:5710");
    }
    if (state.toString().isEmpty()) {
      throw CommandFailure.usage("--state is empty", "it is the folder for what the agent keeps");
    }
    List<MemberAddress> others = AddressOption.parseAll("--join", join);
    MemberAddress own =
        listen
            .map(text -> AddressOption.parse("--listen", text))
            .orElseGet(() -> LocalAddress.towards(others.get(0)));
    AgentOption engine = AgentOption.of(checked("--name", name), dockerHost, io);
    return new AgentSettings(
        keepStorage
            .map(size -> engine.keeping(Quantities.bytes("--keep-storage", size)))
            .orElse(engine),
        state.toAbsolutePath(),
        own,
        others,
        checkedCapacity(),
        Set.copyOf(labels.stream().map(label -> checked("--label", label)).toList()),
        platform.map(text -> parsePlatform(text)));
  }

  private static String checked(String option, String text) {
    if (!Announcement.NAME.matcher(text).matches()) {
      throw CommandFailure.usage(
          option + " " + text + ": not a name",
          "letters, digits, and within it also . _ - are; for example builder-1");
    }
    return text;
  }

  private OptionalInt checkedCapacity() {
    if (capacity.isEmpty()) {
      return OptionalInt.empty();
    }
    int steps = capacity.get();
    if (steps < 1 || steps > Announcement.MOST_PLACES) {
      throw CommandFailure.usage(
          "--capacity " + steps + ": not between 1 and " + Announcement.MOST_PLACES);
    }
    return OptionalInt.of(steps);
  }

  private static Platform parsePlatform(String text) {
    try {
      return Platform.parse(text);
    } catch (IllegalArgumentException e) {
      throw CommandFailure.usage("--platform: " + e.getMessage());
    }
  }
}
