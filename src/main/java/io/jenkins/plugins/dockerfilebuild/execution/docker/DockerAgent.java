package io.jenkins.plugins.dockerfilebuild.execution.docker;

import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import io.jenkins.plugins.dockerfilebuild.content.ContentStore;
import io.jenkins.plugins.dockerfilebuild.content.Digest;
import io.jenkins.plugins.dockerfilebuild.content.TreeDirectories;
import io.jenkins.plugins.dockerfilebuild.execution.AgentInfo;
import io.jenkins.plugins.dockerfilebuild.execution.AgentLostException;
import io.jenkins.plugins.dockerfilebuild.execution.AgentServices;
import io.jenkins.plugins.dockerfilebuild.execution.CacheDirectories;
import io.jenkins.plugins.dockerfilebuild.execution.PullPolicy;
import io.jenkins.plugins.dockerfilebuild.execution.SourceNotFoundException;
import io.jenkins.plugins.dockerfilebuild.execution.StepImage;
import io.jenkins.plugins.dockerfilebuild.execution.StepLabels;
import io.jenkins.plugins.dockerfilebuild.execution.StepOutcome;
import io.jenkins.plugins.dockerfilebuild.execution.StepOutput;
import io.jenkins.plugins.dockerfilebuild.execution.StepRequest;
import io.jenkins.plugins.dockerfilebuild.image.ImageConfig;
import io.jenkins.plugins.dockerfilebuild.image.ImageDescription;
import io.jenkins.plugins.dockerfilebuild.image.Platform;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * An agent on a Docker engine that shares this machine's file system. Its state directory holds
 * blobs, trees and cache directories for this engine. Thread-safe.
 */
public final class DockerAgent implements AgentServices {

  /** Idle directories of trees that are kept to be changed into the next tree. */
  private static final int IDLE_TREES = 8;

  private final Engine engine;
  private final Session session;
  private final AgentInfo info;
  private final EngineImages images;
  private final ImageLoads loads;
  private final ImageTransfer transfer;
  private final FileTransfer files;
  private final ExecutorService background = Executors.newSingleThreadExecutor(DockerAgent::daemon);
  private final StepMounts.Places places;

  private DockerAgent(Engine engine, AgentInfo info, Path state) throws IOException {
    this.engine = engine;
    this.info = info;
    this.session = Session.begin(engine, state.resolve("sessions"));
    this.images = new EngineImages(engine);
    this.loads = new ImageLoads(engine, images);
    ContentStore store = ContentStore.open(state.resolve("blobs"));
    Path scratch = Files.createDirectories(state.resolve("scratch"));
    ImageContainers containers =
        image -> new HeldContainer(StepContainer.holding(engine, image, session.id()));
    InstantSource clock = InstantSource.system();
    ImageContents contents = new ImageContents(state.resolve("images"), containers, clock);
    this.places =
        new StepMounts.Places(
            store,
            TreeDirectories.open(state.resolve("trees"), store, IDLE_TREES),
            new HostCacheDirectories(state.resolve("cache"), contents::extract, clock, background),
            contents,
            scratch);
    this.transfer = new ImageTransfer(engine, scratch);
    this.files = new FileTransfer(store::open, containers, clock);
  }

  private static Thread daemon(Runnable work) {
    Thread thread = new Thread(work, "docker-agent-background");
    thread.setDaemon(true);
    return thread;
  }

  private record HeldContainer(StepContainer container) implements ImageContainers.ImageContainer {
    @Override
    public ContainerFiles files() {
      return container.files();
    }

    @Override
    public void close() {
      container.close();
    }
  }

  /**
   * Connects to an engine.
   *
   * @param dockerHost a URL as in DOCKER_HOST
   * @param state a directory for this and other engines; each gets one of its own below it
   * @throws AgentLostException the engine does not answer
   */
  public static DockerAgent connect(String dockerHost, Path state) {
    Engine engine = Engine.at(dockerHost);
    try {
      AgentInfo info = info(engine);
      String name = Digest.of(info.engineId()).abbreviated();
      Path own = Files.createDirectories(state.resolve("engines").resolve(name)).toRealPath();
      return new DockerAgent(engine, info, own);
    } catch (IOException e) {
      throw new UncheckedIOException("the state directory " + state + " cannot be used", e);
    }
  }

  private static AgentInfo info(Engine engine) {
    var answer = engine.ask(docker -> docker.infoCmd().exec());
    Platform platform =
        new Platform(
            String.valueOf(answer.getOsType()), String.valueOf(answer.getArchitecture()), "");
    Integer processors = answer.getNCPU();
    return new AgentInfo(
        String.valueOf(answer.getId()),
        String.valueOf(answer.getServerVersion()),
        platform.toString(),
        processors == null ? 1 : processors);
  }

  @Override
  public AgentInfo info() {
    return info;
  }

  @Override
  public Map<String, StepImage> inventory() {
    return images.inventory();
  }

  @Override
  public boolean holdsImage(String imageId) {
    return images.holds(imageId);
  }

  @Override
  public Optional<ImageDescription> resolveImage(
      String reference, String platform, PullPolicy pull) {
    return images.resolve(reference, platform, pull);
  }

  @Override
  public Set<Digest> missingBlobs(Collection<Digest> blobs) {
    try {
      return places.store().missing(blobs);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void storeBlob(Digest digest, InputStream bytes) throws IOException {
    places.store().store(digest, bytes);
  }

  @Override
  public StepOutcome run(StepRequest request, StepOutput output) {
    long begin = System.nanoTime();
    try (StepMounts mounts = new StepMounts(places, engine, session.id())) {
      String parent =
          request
              .parentImage()
              .map(image -> loads.neutral(image, request.environment()))
              .orElseGet(() -> loads.scratch(request.platform()));
      return new StepExecution(engine, parent, request, mounts, files)
          .run(session.id(), output, container -> commit(container, request, mounts, begin));
    } catch (CancellationException | InterruptedException | InterruptedIOException e) {
      return new StepOutcome.Canceled();
    } catch (AgentLostException e) {
      return new StepOutcome.Lost(e.getMessage());
    } catch (TransferException e) {
      return new StepOutcome.Failed(-1, e.getMessage());
    } catch (DockerException | IOException e) {
      return failure(e);
    }
  }

  /** A full disk is the agent's trouble: another may have room. */
  private static StepOutcome failure(Exception e) {
    String message = String.valueOf(e.getMessage()).strip();
    return message.toLowerCase(java.util.Locale.ROOT).contains("no space left on device")
        ? new StepOutcome.Lost("its disk is full: " + message)
        : new StepOutcome.Failed(-1, message);
  }

  private StepOutcome commit(
      StepContainer container, StepRequest request, StepMounts mounts, long begin) {
    Map<String, String> labels = new HashMap<>(request.labels());
    long millis = (System.nanoTime() - begin) / 1_000_000;
    labels.put(StepLabels.DURATION_MILLIS, String.valueOf(millis));
    String imageId =
        engine.await(
            docker -> docker.commitCmd(container.id()).withPause(false).withLabels(labels).exec());
    return new StepOutcome.Succeeded(imageId, mounts.reports());
  }

  @Override
  public Digest digestOf(String imageId, List<String> paths, List<String> excludes) {
    try {
      return places.images().digestOf(imageId, paths, excludes);
    } catch (IOException | NotFoundException e) {
      throw new SourceNotFoundException(
          "cannot read " + String.join(", ", paths) + ": " + e.getMessage());
    }
  }

  @Override
  public void exportImage(String imageId, Set<Digest> receiverHasLayers, OutputStream archive)
      throws IOException {
    transfer.export(imageId, images.layers(imageId), receiverHasLayers, archive);
  }

  @Override
  public String importImage(InputStream archive) throws IOException {
    return new RawApi(engine).load(archive);
  }

  @Override
  public ImageDescription describe(String imageId) {
    return images.describe(imageId);
  }

  @Override
  public Set<Digest> heldLayers(List<Digest> layers) {
    return images.heldLayers(layers);
  }

  @Override
  public String assemble(Optional<String> layersOf, ImageConfig config, List<String> tags) {
    String imageId = loads.image(layersOf, config);
    tags.forEach(tag -> loads.tag(imageId, tag));
    return imageId;
  }

  @Override
  public void saveImage(String imageId, List<String> tags, OutputStream archive)
      throws IOException {
    new RawApi(engine).save(tags.isEmpty() ? imageId : tags.get(0), archive);
  }

  @Override
  public CacheDirectories cacheDirectories() {
    return places.caches();
  }

  @Override
  public void close() {
    boolean interrupted = Thread.interrupted();
    try {
      background.shutdown();
      session.close();
      engine.close();
    } catch (IOException | AgentLostException e) {
      // What is left is reaped by the next session; there is nobody to tell any more.
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
