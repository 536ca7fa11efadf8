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
import io.jenkins.plugins.dockerfilebuild.execution.PullPolicy;
import io.jenkins.plugins.dockerfilebuild.execution.PushListener;
import io.jenkins.plugins.dockerfilebuild.execution.RegistryLogin;
import io.jenkins.plugins.dockerfilebuild.execution.SourceNotFoundException;
import io.jenkins.plugins.dockerfilebuild.execution.StepImage;
import io.jenkins.plugins.dockerfilebuild.execution.StepOutcome;
import io.jenkins.plugins.dockerfilebuild.execution.StepOutput;
import io.jenkins.plugins.dockerfilebuild.execution.StepRequest;
import io.jenkins.plugins.dockerfilebuild.execution.TreeReference;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.Engine;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.FullDisk;
import io.jenkins.plugins.dockerfilebuild.execution.docker.files.TransferException;
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
  private final AgentResources with;

  private DockerAgent(AgentResources with) {
    this.with = with;
  }

  /**
   * Loads the classes that {@link #connect} will need, which is half of a short process: to be
   * called on a thread of its own while something else is done.
   */
  public static void prepare() {
    try {
      Engine.at("unix:///nowhere").close();
    } catch (AgentLostException e) {
      // Whoever connects is told.
      return;
    }
  }

  /** As {@link #connect(String, Path, Optional)}, with the limits of {@link StorageLimits}. */
  public static DockerAgent connect(String dockerHost, Path state) {
    return connect(dockerHost, state, System.getenv());
  }

  /**
   * The same, with another environment than this process has.
   *
   * @param environment names proxies, and whom to trust beside what the engine does
   */
  public static DockerAgent connect(
      String dockerHost, Path state, Map<String, String> environment) {
    return connect(
        dockerHost,
        state,
        new AgentResources.Options(Optional.empty(), Optional.empty(), environment));
  }

  /**
   * Connects to an engine.
   *
   * @param dockerHost a URL as in DOCKER_HOST
   * @param state a directory for this and other engines; each gets one of its own below it
   * @param limits of what is kept; empty: {@link StorageLimits#ofDisk}
   * @throws AgentLostException the engine does not answer, or cannot build
   */
  public static DockerAgent connect(String dockerHost, Path state, Optional<StorageLimits> limits) {
    return connect(
        dockerHost, state, new AgentResources.Options(limits, Optional.empty(), System.getenv()));
  }

  static DockerAgent connect(String dockerHost, Path state, AgentResources.Options options) {
    Engine engine = Engine.at(dockerHost);
    boolean connected = false;
    try {
      EngineInfo info = EngineInfo.of(engine, dockerHost);
      String name = Digest.of(info.id()).abbreviated();
      Path own = Files.createDirectories(state.resolve("engines").resolve(name)).toRealPath();
      DockerAgent agent = new DockerAgent(AgentResources.open(engine, info, own, options));
      connected = true;
      return agent;
    } catch (DockerException e) {
      throw new AgentLostException(
          "What answers at %s is no Docker engine, or refuses to be one: %s."
              .formatted(dockerHost, Engine.reason(e)),
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
    return with.info();
  }

  @Override
  public Map<String, StepImage> inventory() {
    return with.inventory().byKey();
  }

  @Override
  public boolean holdsImage(String imageId) {
    boolean held = with.images().known().holds(imageId);
    if (held) {
      with.uses().note(imageId);
    }
    return held;
  }

  @Override
  public Optional<ImageDescription> resolveImage(
      String reference, String platform, PullPolicy pull, Optional<RegistryLogin> login) {
    return with.images().resolve(reference, platform, pull, login);
  }

  @Override
  public Digest pushImage(String reference, Optional<RegistryLogin> login, PushListener listener) {
    return with.images().push(reference, login, listener);
  }

  @Override
  public Digest pushIndex(ImageIndex index, Optional<RegistryLogin> login) {
    return with.registries().putIndex(index, login);
  }

  @Override
  public Set<Digest> missingBlobs(Collection<Digest> blobs) {
    try {
      return with.places().store().missing(blobs);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void storeBlobs(Collection<Digest> blobs, BlobSource source) throws IOException {
    with.disk().guard(() -> with.places().store().storeAll(blobs, source));
  }

  @Override
  public StepOutcome run(StepRequest request, StepOutput output) {
    request.parentImage().ifPresent(with.uses()::note);
    try (StepMounts mounts = new StepMounts(with.places())) {
      String parent =
          request
              .parentImage()
              .map(image -> with.images().loads().neutral(image, request.environment()))
              .orElseGet(() -> with.images().loads().scratch(request.platform()));
      return new StepExecution(with.tools(), request, mounts).run(parent, output);
    } catch (CancellationException | InterruptedException | InterruptedIOException e) {
      return new StepOutcome.Canceled();
    } catch (AgentLostException e) {
      return new StepOutcome.Lost(e.getMessage());
    } catch (TransferException | SourceNotFoundException e) {
      return new StepOutcome.Failed(-1, e.getMessage());
    } catch (ContentMissingException e) {
      return missing(request, e.digest());
    } catch (DockerException e) {
      return with.disk().failure(Engine.reason(e));
    } catch (IOException e) {
      // Files that are interrupted fail in ways of their own.
      return Thread.currentThread().isInterrupted()
          ? new StepOutcome.Canceled()
          : with.disk().failure(String.valueOf(e.getMessage()));
    }
  }

  /** The caller takes an agent that holds a tree's blob to hold its files: these go, then. */
  private StepOutcome missing(StepRequest request, Digest blob) {
    try {
      for (TreeReference reference : SentTrees.of(request).toList()) {
        with.places().store().discard(reference.tree());
        if (reference.times().isPresent()) {
          with.places().store().discard(reference.times().get());
        }
      }
      return new StepOutcome.ContentMissing(blob);
    } catch (IOException e) {
      return with.disk().failure(String.valueOf(e.getMessage()));
    }
  }

  @Override
  public Digest digestOf(String imageId, List<String> paths, List<String> excludes) {
    return reading(paths, () -> with.places().images().digestOf(imageId, paths, excludes));
  }

  @Override
  public Optional<String> partOf(
      String imageId, List<String> paths, List<String> excludes, long mostBytes) {
    return reading(paths, () -> with.parts().partOf(imageId, paths, excludes, mostBytes));
  }

  private <T> T reading(List<String> paths, FullDisk.Work<T, IOException> question) {
    try {
      return with.disk().guarded(question);
    } catch (IOException | NotFoundException e) {
      throw new SourceNotFoundException(
          "cannot read " + String.join(", ", paths) + ": " + e.getMessage());
    }
  }

  @Override
  public void exportImage(String imageId, Set<Digest> receiverHasLayers, OutputStream archive)
      throws IOException {
    with.images().exportTo(archive, imageId, receiverHasLayers);
  }

  @Override
  public String importImage(InputStream archive) throws IOException {
    String imageId = with.images().importFrom(archive);
    with.uses().note(imageId);
    return imageId;
  }

  @Override
  public ImageDescription describe(String imageId) {
    return with.images().known().describe(imageId);
  }

  @Override
  public Set<Digest> heldLayers(List<Digest> layers) {
    return with.images().heldLayers(layers);
  }

  @Override
  public String assemble(Optional<String> layersOf, ImageConfig config, List<String> tags) {
    return with.images().assemble(layersOf, config, tags);
  }

  @Override
  public void saveImage(String imageId, List<String> tags, OutputStream archive)
      throws IOException {
    with.images().save(imageId, tags, archive);
  }

  @Override
  public CacheDirectories cacheDirectories() {
    return with.places().caches();
  }

  @Override
  public CacheReplicas cacheReplicas() {
    return with.places().caches().replicas();
  }

  @Override
  public AgentStorage storage() {
    return with.storage();
  }

  @Override
  public void close() {
    if (!closed.getAndSet(true)) {
      with.close();
    }
  }
}
