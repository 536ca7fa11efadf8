package io.jenkins.plugins.dockerfilebuild.execution.docker.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.LogConfig;
import io.jenkins.plugins.dockerfilebuild.execution.AgentLostException;
import io.jenkins.plugins.dockerfilebuild.execution.StepRequest;
import io.jenkins.plugins.dockerfilebuild.execution.docker.files.ContainerFiles;
import io.jenkins.plugins.dockerfilebuild.execution.docker.files.TarReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Network namespaces on the engine's bridge, each kept by a container that only waits. A command
 * that joins one starts 0.15 to 0.2 s sooner than one that is given a network of its own (figures:
 * decision 5). A namespace serves one command at a time, so two commands never meet on a port. The
 * first is prepared while the mounts of its command are; engines start two containers at a time no
 * sooner than one after the other. One that nobody has used for a minute goes: an agent may stay
 * connected for weeks. Thread-safe.
 *
 * <p>A command that joins sees the waiting container's {@code /etc/hosts} and {@code
 * /etc/resolv.conf}. It may write them; then that container is not used again.
 */
public final class NetworkNamespaces {

  /**
   * The name of the machine that every command sees: BuildKit's, so that what a command writes does
   * not hold a name of chance.
   */
  public static final String HOST_NAME = "buildkitsandbox";

  private static final Duration REST = Duration.ofMinutes(1);

  /** What is compared of a file; a command that writes more has changed it all the same. */
  private static final int MOST_BYTES = 1 << 20;

  private final Engine engine;
  private final String session;
  private final Supplier<Optional<String>> image;
  private final Duration rest;
  private final Deque<Resting> idle = new ConcurrentLinkedDeque<>();

  /** Namespaces that are being prepared and for which no command waits yet. */
  private final Deque<CompletableFuture<Optional<Holder>>> coming = new ConcurrentLinkedDeque<>();

  /** Set once, when a namespace could not be made: this engine can do without. */
  private volatile boolean unavailable;

  /**
   * @param image gives the image whose {@code /wait} waits, empty where there is none for the
   *     engine; asked when the first namespace is prepared
   */
  public NetworkNamespaces(Engine engine, String session, Supplier<Optional<String>> image) {
    this(engine, session, image, REST);
  }

  /**
   * @param rest how long a namespace is kept that nobody uses
   */
  NetworkNamespaces(
      Engine engine, String session, Supplier<Optional<String>> image, Duration rest) {
    this.engine = engine;
    this.session = session;
    this.image = image;
    this.rest = rest;
  }

  /** A namespace that no command uses, since a time of {@link System#nanoTime()}. */
  private record Resting(Holder holder, long since) {}

  /** A waiting container with the files that commands can write, as they were at first. */
  private record Holder(StepContainer container, KnownFiles files, List<byte[]> contents) {}

  /** Reads the files of a waiting container that commands can write. */
  @FunctionalInterface
  private interface KnownFiles {
    List<byte[]> read() throws IOException;
  }

  /** A namespace for one command. */
  public final class Lease implements AutoCloseable {

    private final Optional<String> mode;
    private final Optional<Holder> holder;

    private Lease(Optional<String> mode, Optional<Holder> holder) {
      this.mode = mode;
      this.holder = holder;
    }

    /** As the engine calls it; empty for a network of the container's own. */
    public Optional<String> networkMode() {
      return mode.or(() -> holder.map(h -> "container:" + h.container.id()));
    }

    /** Whether it is another container's, with that one's host name. */
    public boolean isShared() {
      return holder.isPresent();
    }

    /** Gives it back; the container that used it has ended. */
    @Override
    public void close() {
      holder.ifPresent(NetworkNamespaces.this::takeBack);
    }
  }

  /** A command will come: prepares a namespace for it if there is none. */
  public void expect(StepRequest.Run run) {
    if (joins(run) && idle.isEmpty() && !unavailable) {
      CompletableFuture<Optional<Holder>> holder = new CompletableFuture<>();
      coming.add(holder);
      // Not later: what nobody waits for, such as counting a cache directory, may take seconds.
      engine.aside(() -> prepare(holder));
    }
  }

  private void prepare(CompletableFuture<Optional<Holder>> holder) {
    Optional<Holder> made = Optional.empty();
    try {
      made = make();
    } finally {
      if (coming.removeIf(other -> other == holder)) {
        made.ifPresent(this::letRest); // its command took another, or has failed before
      }
      holder.complete(made); // nobody must wait for what has failed
    }
  }

  /** A privileged command could change its network. */
  private static boolean joins(StepRequest.Run run) {
    return run.network().equals("default") && !run.privileged();
  }

  /** What the command asks for; waits for a namespace that is being prepared. */
  public Lease acquire(StepRequest.Run run) throws InterruptedException {
    if (joins(run)) {
      Optional<Holder> holder = idleHolder();
      return new Lease(Optional.empty(), holder.isPresent() ? holder : comingHolder());
    }
    boolean ownNetwork = run.network().equals("default");
    return new Lease(ownNetwork ? Optional.empty() : Optional.of(run.network()), Optional.empty());
  }

  private Optional<Holder> comingHolder() throws InterruptedException {
    CompletableFuture<Optional<Holder>> holder = coming.pollFirst();
    try {
      return holder == null ? Optional.empty() : holder.get();
    } catch (ExecutionException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      var unused = holder.thenAccept(made -> made.ifPresent(this::letRest));
      throw e;
    }
  }

  private Optional<Holder> idleHolder() {
    for (Resting next = idle.pollFirst(); next != null; next = idle.pollFirst()) {
      if (isRunning(next.holder)) {
        return Optional.of(next.holder);
      }
      engine.later(next.holder.container::close);
    }
    return Optional.empty();
  }

  private boolean isRunning(Holder holder) {
    try {
      return inspect(holder.container).path("State").path("Running").asBoolean();
    } catch (DockerException gone) {
      return false;
    }
  }

  private Optional<Holder> make() {
    try {
      Optional<String> waiting = image.get();
      if (waiting.isEmpty()) {
        unavailable = true;
        return Optional.empty();
      }
      return Optional.of(
          started(
              StepContainer.create(
                  engine,
                  waiting.get(),
                  session,
                  command ->
                      command
                          .withEntrypoint("/wait")
                          .withHostName(HOST_NAME)
                          .withHostConfig(
                              HostConfig.newHostConfig()
                                  .withLogConfig(new LogConfig(LogConfig.LoggingType.NONE))))));
    } catch (DockerException | IOException e) {
      unavailable = true; // commands have networks of their own then
      return Optional.empty();
    } catch (AgentLostException e) {
      return Optional.empty(); // the engine may be back for the next
    }
  }

  private Holder started(StepContainer container) throws IOException {
    boolean started = false;
    try {
      engine.ask(docker -> docker.startContainerCmd(container.id()).exec());
      Holder holder = held(container);
      started = true;
      return holder;
    } finally {
      if (!started) {
        engine.later(container::close);
      }
    }
  }

  private JsonNode inspect(StepContainer container) {
    return new RawApi(engine).inspectContainer(container.id());
  }

  /** The engine's files are read where that is possible: its archive API takes ten times longer. */
  private Holder held(StepContainer container) throws IOException {
    JsonNode state = inspect(container);
    List<Path> paths =
        Stream.of("HostsPath", "ResolvConfPath", "HostnamePath")
            .map(name -> Path.of(state.path(name).asText()))
            .toList();
    boolean readable = paths.stream().allMatch(Files::isReadable);
    KnownFiles files = readable ? () -> onThisMachine(paths) : () -> inContainer(container.files());
    return new Holder(container, files, files.read());
  }

  private static List<byte[]> onThisMachine(List<Path> paths) throws IOException {
    List<byte[]> contents = new ArrayList<>();
    for (Path path : paths) {
      contents.add(Files.readAllBytes(path));
    }
    return contents;
  }

  private static List<byte[]> inContainer(ContainerFiles files) throws IOException {
    List<byte[]> contents = new ArrayList<>();
    for (String path : List.of("/etc/hosts", "/etc/resolv.conf", "/etc/hostname")) {
      try (TarReader archive = new TarReader(files.read(path))) {
        if (archive.next().isEmpty()) {
          throw new IOException("the engine told nothing of " + path);
        }
        contents.add(archive.content().readNBytes(MOST_BYTES));
      }
    }
    return contents;
  }

  private void takeBack(Holder holder) {
    if (isUntouched(holder)) {
      letRest(holder);
    } else {
      engine.later(holder.container::close);
    }
  }

  private void letRest(Holder holder) {
    idle.addFirst(new Resting(holder, System.nanoTime()));
    CompletableFuture.delayedExecutor(rest.toMillis(), TimeUnit.MILLISECONDS, engine::later)
        .execute(this::letRestedGo);
  }

  /** Whoever takes one out of the queue has it alone: this, or the next command. */
  private void letRestedGo() {
    List.copyOf(idle).stream()
        .filter(resting -> System.nanoTime() - resting.since >= rest.toNanos())
        .filter(idle::remove)
        .forEach(resting -> resting.holder.container.close());
  }

  private static boolean isUntouched(Holder holder) {
    try {
      List<byte[]> now = holder.files.read();
      for (int i = 0; i < now.size(); i++) {
        if (!Arrays.equals(now.get(i), holder.contents.get(i))) {
          return false;
        }
      }
      return true;
    } catch (IOException | AgentLostException | CancellationException e) {
      return false;
    }
  }
}
