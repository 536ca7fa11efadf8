package io.jenkins.plugins.dockerfilebuild.execution.docker;

import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import io.jenkins.plugins.dockerfilebuild.content.BlobSource;
import io.jenkins.plugins.dockerfilebuild.content.ContentMissingException;
import io.jenkins.plugins.dockerfilebuild.content.Digest;
import io.jenkins.plugins.dockerfilebuild.execution.AgentInfo;
import io.jenkins.plugins.dockerfilebuild.execution.AgentLostException;
import io.jenkins.plugins.dockerfilebuild.execution.AgentServices;
import io.jenkins.plugins.dockerfilebuild.execution.AgentStorage;
import io.jenkins.plugins.dockerfilebuild.execution.CacheDirectories;
import io.jenkins.plugins.dockerfilebuild.execution.CacheReplicas;
import io.jenkins.plugins.dockerfilebuild.execution.ImageIndex;
import io.jenkins.plugins.dockerfilebuild.execution.MountStorage;
import io.jenkins.plugins.dockerfilebuild.execution.PullPolicy;
import io.jenkins.plugins.dockerfilebuild.execution.PushListener;
import io.jenkins.plugins.dockerfilebuild.execution.RegistryLogin;
import io.jenkins.plugins.dockerfilebuild.execution.SourceNotFoundException;
import io.jenkins.plugins.dockerfilebuild.execution.StepImage;
import io.jenkins.plugins.dockerfilebuild.execution.StepOutcome;
import io.jenkins.plugins.dockerfilebuild.execution.StepOutput;
import io.jenkins.plugins.dockerfilebuild.execution.StepRequest;
import io.jenkins.plugins.dockerfilebuild.execution.TreeReference;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.AuxiliaryContainers;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.Engine;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.FullDisk;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.ImageContainers;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.ImageLoads;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.ImageUses;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.LentContainers;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.NetworkNamespaces;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.Session;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.StepImages;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.StepInventory;
import io.jenkins.plugins.dockerfilebuild.execution.docker.files.TransferException;
import io.jenkins.plugins.dockerfilebuild.execution.docker.transfer.FileTransfer;
import io.jenkins.plugins.dockerfilebuild.execution.docker.transfer.SentTrees;
import io.jenkins.plugins.dockerfilebuild.image.ImageConfig;
import io.jenkins.plugins.dockerfilebuild.image.ImageDescription;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * An agent on a Docker engine, near or far. Its state directory holds blobs, trees and cache
 * directories for this engine. Thread-safe.
 */
public final class DockerAgent implements AgentServices {

  private final AtomicBoolean closed = new AtomicBoolean();
  private final Engine engine;
  private final Session session;
  private final AgentInfo info;
  private final StepInventory inventory;
  private final AgentImages images;
  private final ImageParts parts;
  private final StepExecution.Tools tools;
  private final StepMounts.Places places;
  private final ImageUses uses;
  private final DockerStorage storage;
  private final Upkeep upkeep;
  private final FullDisk disk;

  private DockerAgent(Engine engine, EngineInfo about, Path state, Options options)
      throws IOException {
    this.engine = engine;
    this.disk = new FullDisk(about.root(), state);
    this.session = Session.begin(engine, state);
    this.inventory = new StepInventory(engine);
    this.images = new AgentImages(engine, !about.podman(), session.scratch(), disk);
    ImageLoads loads = images.loads();
    String platform = about.platform();
    AuxiliaryContainers auxiliary =
        new AuxiliaryContainers(
            engine, session.id(), () -> loads.scratch(platform), () -> loads.programs(platform));
    MountStorage mountStorage =
        options.storage().isPresent()
            ? options.storage().get()
            : new StorageProbe(auxiliary, state, about.id()).storage();
    this.info = about.of(StateIdentity.onMachine(state), mountStorage);
    InstantSource clock = InstantSource.system();
    ImageContainers containers = new LentContainers(engine, session.id());
    this.places =
        new AgentState(engine, session, state, auxiliary, containers, clock)
            .places(mountStorage.kind());
    this.parts = new ImageParts(engine, containers, places.images());
    this.tools =
        new StepExecution.Tools(
            engine,
            session.id(),
            inventory::made,
            disk,
            new FileTransfer(places.store()::open, containers, clock),
            new NetworkNamespaces(engine, session.id(), () -> loads.programs(platform)));
    this.uses = new ImageUses(state.resolve("uses"), clock);
    this.storage = new DockerStorage(new StepImages(engine, images.known(), uses), places);
    StorageLimits limits =
        options.limits().isPresent() ? options.limits().get() : StorageLimits.ofDisk(state);
    this.upkeep = new Upkeep(state, limits, clock, storage, places.caches());
    upkeep.start();
  }

  /**
   * Loads the classes that {@link #connect} will need, which is half of a short process: to be
   * called on a thread of its own while something else is done.
   */
  public static void prepare() {
    Engine.at("unix:///nowhere").close();
  }

  /** As {@link #connect(String, Path, Optional)}, with the limits of {@link StorageLimits}. */
  public static DockerAgent connect(String dockerHost, Path state) {
    return connect(dockerHost, state, Optional.empty());
  }

  /**
   * Connects to an engine.
   *
   * @param dockerHost a URL as in DOCKER_HOST
   * @param state a directory for this and other engines; each gets one of its own below it
   * @param limits of what is kept; empty: {@link StorageLimits#ofDisk}
   * @throws AgentLostException the engine does not answer
   */
  public static DockerAgent connect(String dockerHost, Path state, Optional<StorageLimits> limits) {
    return connect(dockerHost, state, new Options(limits, Optional.empty()));
  }

  /**
   * What an agent is made with.
   *
   * @param limits of what is kept; empty: {@link StorageLimits#ofDisk}
   * @param storage where it keeps what containers mount; empty: as a probe finds out
   */
  record Options(Optional<StorageLimits> limits, Optional<MountStorage> storage) {}

  static DockerAgent connect(String dockerHost, Path state, Options options) {
    Engine engine = Engine.at(dockerHost);
    boolean connected = false;
    try {
      EngineInfo info = EngineInfo.of(engine, dockerHost);
      String name = Digest.of(info.id()).abbreviated();
      Path own = Files.createDirectories(state.resolve("engines").resolve(name)).toRealPath();
      DockerAgent agent = new DockerAgent(engine, info, own, options);
      connected = true;
      return agent;
    } catch (AgentLostException e) {
      throw new AgentLostException(
          e.getMessage()
              + " Is Docker installed and running there, and may this user reach it? DOCKER_HOST"
              + " names another engine.",
          e);
    } catch (IOException e) {
      throw new UncheckedIOException("the state directory " + state + " cannot be used", e);
    } finally {
      if (!connected) {
        engine.close();
      }
    }
  }

  @Override
  public AgentInfo info() {
    return info;
  }

  @Override
  public Map<String, StepImage> inventory() {
    return inventory.byKey();
  }

  @Override
  public boolean holdsImage(String imageId) {
    boolean held = images.known().holds(imageId);
    if (held) {
      uses.note(imageId);
    }
    return held;
  }

  @Override
  public Optional<ImageDescription> resolveImage(
      String reference, String platform, PullPolicy pull, Optional<RegistryLogin> login) {
    return images.resolve(reference, platform, pull, login);
  }

  @Override
  public Digest pushImage(String reference, Optional<RegistryLogin> login, PushListener listener) {
    return images.push(reference, login, listener);
  }

  @Override
  public Digest pushIndex(ImageIndex index, Optional<RegistryLogin> login) {
    return images.pushIndex(index, login);
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
  public void storeBlobs(Collection<Digest> blobs, BlobSource source) throws IOException {
    disk.guard(() -> places.store().storeAll(blobs, source));
  }

  @Override
  public StepOutcome run(StepRequest request, StepOutput output) {
    request.parentImage().ifPresent(uses::note);
    try (StepMounts mounts = new StepMounts(places)) {
      String parent =
          request
              .parentImage()
              .map(image -> images.loads().neutral(image, request.environment()))
              .orElseGet(() -> images.loads().scratch(request.platform()));
      return new StepExecution(tools, request, mounts).run(parent, output);
    } catch (CancellationException | InterruptedException | InterruptedIOException e) {
      return new StepOutcome.Canceled();
    } catch (AgentLostException e) {
      return new StepOutcome.Lost(e.getMessage());
    } catch (TransferException | SourceNotFoundException e) {
      return new StepOutcome.Failed(-1, e.getMessage());
    } catch (ContentMissingException e) {
      return missing(request, e.digest());
    } catch (DockerException e) {
      return disk.failure(Engine.reason(e));
    } catch (IOException e) {
      // Files that are interrupted fail in ways of their own.
      return Thread.currentThread().isInterrupted()
          ? new StepOutcome.Canceled()
          : disk.failure(String.valueOf(e.getMessage()));
    }
  }

  /** The caller takes an agent that holds a tree's blob to hold its files: these go, then. */
  private StepOutcome missing(StepRequest request, Digest blob) {
    try {
      for (TreeReference reference : SentTrees.of(request).toList()) {
        places.store().discard(reference.tree());
        if (reference.times().isPresent()) {
          places.store().discard(reference.times().get());
        }
      }
      return new StepOutcome.ContentMissing(blob);
    } catch (IOException e) {
      return disk.failure(String.valueOf(e.getMessage()));
    }
  }

  @Override
  public Digest digestOf(String imageId, List<String> paths, List<String> excludes) {
    return reading(paths, () -> places.images().digestOf(imageId, paths, excludes));
  }

  @Override
  public Optional<String> partOf(
      String imageId, List<String> paths, List<String> excludes, long mostBytes) {
    return reading(paths, () -> parts.partOf(imageId, paths, excludes, mostBytes));
  }

  private <T> T reading(List<String> paths, FullDisk.Work<T, IOException> question) {
    try {
      return disk.guarded(question);
    } catch (IOException | NotFoundException e) {
      throw new SourceNotFoundException(
          "cannot read " + String.join(", ", paths) + ": " + e.getMessage());
    }
  }

  @Override
  public void exportImage(String imageId, Set<Digest> receiverHasLayers, OutputStream archive)
      throws IOException {
    images.exportTo(archive, imageId, receiverHasLayers);
  }

  @Override
  public String importImage(InputStream archive) throws IOException {
    String imageId = images.importFrom(archive);
    uses.note(imageId);
    return imageId;
  }

  @Override
  public ImageDescription describe(String imageId) {
    return images.known().describe(imageId);
  }

  @Override
  public Set<Digest> heldLayers(List<Digest> layers) {
    return images.heldLayers(layers);
  }

  @Override
  public String assemble(Optional<String> layersOf, ImageConfig config, List<String> tags) {
    return images.assemble(layersOf, config, tags);
  }

  @Override
  public void saveImage(String imageId, List<String> tags, OutputStream archive)
      throws IOException {
    images.save(imageId, tags, archive);
  }

  @Override
  public CacheDirectories cacheDirectories() {
    return places.caches();
  }

  @Override
  public CacheReplicas cacheReplicas() {
    return places.caches().replicas();
  }

  @Override
  public AgentStorage storage() {
    return storage;
  }

  @Override
  public void close() {
    if (closed.getAndSet(true)) {
      return;
    }
    boolean interrupted = Thread.interrupted();
    try (engine) {
      upkeep.close();
      places.caches().replicas().closeAll();
      inventory.close();
      engine.finishBackground();
      session.close();
    } catch (InterruptedException e) {
      interrupted = true;
    } catch (IOException | DockerException | AgentLostException e) {
      // What is left is reaped by the next session; there is nobody to tell any more.
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
