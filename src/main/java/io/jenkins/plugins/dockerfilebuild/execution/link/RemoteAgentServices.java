package io.jenkins.plugins.dockerfilebuild.execution.link;

import io.jenkins.plugins.dockerfilebuild.content.BlobSource;
import io.jenkins.plugins.dockerfilebuild.content.Digest;
import io.jenkins.plugins.dockerfilebuild.execution.AgentInfo;
import io.jenkins.plugins.dockerfilebuild.execution.AgentLostException;
import io.jenkins.plugins.dockerfilebuild.execution.AgentPlaces;
import io.jenkins.plugins.dockerfilebuild.execution.AgentServices;
import io.jenkins.plugins.dockerfilebuild.execution.AgentStorage;
import io.jenkins.plugins.dockerfilebuild.execution.CacheDirectories;
import io.jenkins.plugins.dockerfilebuild.execution.CacheReplicas;
import io.jenkins.plugins.dockerfilebuild.execution.ImageIndex;
import io.jenkins.plugins.dockerfilebuild.execution.PullPolicy;
import io.jenkins.plugins.dockerfilebuild.execution.PushListener;
import io.jenkins.plugins.dockerfilebuild.execution.ReceivedImage;
import io.jenkins.plugins.dockerfilebuild.execution.RegistryLogin;
import io.jenkins.plugins.dockerfilebuild.execution.StepImage;
import io.jenkins.plugins.dockerfilebuild.execution.StepOutcome;
import io.jenkins.plugins.dockerfilebuild.execution.StepOutput;
import io.jenkins.plugins.dockerfilebuild.execution.StepRequest;
import io.jenkins.plugins.dockerfilebuild.image.ImageConfig;
import io.jenkins.plugins.dockerfilebuild.image.ImageDescription;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.regex.Pattern;

/**
 * An agent behind a link, as if it were here. Calls block as those of any agent do, and what an
 * agent answers is checked before it is believed. Thread-safe.
 */
public final class RemoteAgentServices implements AgentServices {

  private static final Pattern IMAGE_ID = Pattern.compile("sha256:[0-9a-f]{64}");

  /** Digests that are asked for at once: 34 bytes each on the wire. */
  private static final int DIGESTS = 100_000;

  private final AgentLink link;
  private final Duration here;
  private final CacheReplicas replicas;

  /**
   * @param link is this object's own; closed with it
   */
  public RemoteAgentServices(AgentLink link) {
    this(link, LinkLimits.HERE);
  }

  RemoteAgentServices(AgentLink link, Duration here) {
    this.link = link;
    this.here = here;
    this.replicas = new RemoteCacheReplicas(link);
  }

  @Override
  public AgentInfo info() {
    return ask(new ServiceCall.Info());
  }

  @Override
  public Map<String, StepImage> inventory() {
    Map<String, StepImage> images = ask(new ServiceCall.Inventory());
    images.values().forEach(image -> checkedImage(image.imageId()));
    return images;
  }

  @Override
  public boolean holdsImage(String imageId) {
    return ask(new ServiceCall.HoldsImage(imageId));
  }

  @Override
  public Optional<ImageDescription> resolveImage(
      String reference, String platform, PullPolicy pull, Optional<RegistryLogin> login) {
    Optional<ImageDescription> image =
        ask(new ServiceCall.ResolveImage(reference, platform, pull, login));
    image.ifPresent(found -> checkedImage(found.imageId()));
    return image;
  }

  @Override
  public Set<Digest> missingBlobs(Collection<Digest> blobs) {
    List<Digest> all = List.copyOf(blobs);
    Set<Digest> missing = new HashSet<>();
    for (int from = 0; from < all.size(); from += DIGESTS) {
      List<Digest> part = all.subList(from, Math.min(all.size(), from + DIGESTS));
      missing.addAll(ask(new ServiceCall.MissingBlobs(part)));
    }
    missing.retainAll(new HashSet<>(all));
    return missing;
  }

  @Override
  public void storeBlobs(Collection<Digest> blobs, BlobSource source) throws IOException {
    try (InputStream stream = BlobChunks.of(blobs, source)) {
      operation(new ServiceCall.StoreBlobs(), OperationSink.none()).upload(stream);
    }
  }

  @Override
  public StepOutcome run(StepRequest request, StepOutput output) {
    try {
      StepOutcome outcome = exchange(new ServiceCall.RunStep(request), OperationSink.step(output));
      if (outcome instanceof StepOutcome.Succeeded succeeded) {
        checkedImage(succeeded.imageId());
      }
      // After a cancel the thread is interrupted: if it is not, the agent is told to end.
      return outcome instanceof StepOutcome.Canceled && !Thread.currentThread().isInterrupted()
          ? new StepOutcome.Lost("the agent stopped the step")
          : outcome;
    } catch (AgentLostException e) {
      return new StepOutcome.Lost(e.getMessage());
    } catch (CancellationException e) {
      return new StepOutcome.Canceled();
    } catch (IOException e) {
      return new StepOutcome.Lost("the step could not be followed: " + e.getMessage());
    }
  }

  @Override
  public Digest digestOf(String imageId, List<String> paths, List<String> excludes) {
    return ask(new ServiceCall.DigestOf(imageId, paths, excludes));
  }

  @Override
  public Optional<String> partOf(
      String imageId, List<String> paths, List<String> excludes, long mostBytes) {
    return ask(new ServiceCall.PartOf(imageId, paths, excludes, mostBytes))
        .map(RemoteAgentServices::checkedImage);
  }

  @Override
  public void exportImage(String imageId, Set<Digest> receiverHasLayers, OutputStream archive)
      throws IOException {
    download(new ServiceCall.ExportImage(imageId, receiverHasLayers), archive);
  }

  @Override
  public String importImage(InputStream archive) throws IOException {
    return checkedImage(
        operation(new ServiceCall.ImportImage(), OperationSink.none()).upload(archive));
  }

  @Override
  public Optional<ReceivedImage> fetchImage(String imageId, String from) throws IOException {
    Optional<ReceivedImage> received =
        exchange(new ServiceCall.FetchImage(imageId, from), OperationSink.none());
    received.ifPresent(image -> checkedImage(image.imageId()));
    return received;
  }

  @Override
  public ImageDescription describe(String imageId) {
    ImageDescription image = ask(new ServiceCall.Describe(imageId));
    checkedImage(image.imageId());
    return image;
  }

  @Override
  public Set<Digest> heldLayers(List<Digest> layers) {
    return ask(new ServiceCall.HeldLayers(layers));
  }

  @Override
  public String assemble(Optional<String> layersOf, ImageConfig config, List<String> tags) {
    return checkedImage(ask(new ServiceCall.Assemble(layersOf, config, tags)));
  }

  @Override
  public void saveImage(String imageId, List<String> tags, OutputStream archive)
      throws IOException {
    download(new ServiceCall.SaveImage(imageId, tags), archive);
  }

  @Override
  public Digest pushImage(String reference, Optional<RegistryLogin> login, PushListener listener) {
    try {
      return exchange(new ServiceCall.PushImage(reference, login), OperationSink.push(listener));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public Digest pushIndex(ImageIndex index, Optional<RegistryLogin> login) {
    return ask(new ServiceCall.PushIndex(index, login));
  }

  @Override
  public CacheDirectories cacheDirectories() {
    return new RemoteCacheDirectories(this::ask);
  }

  @Override
  public CacheReplicas cacheReplicas() {
    return replicas;
  }

  @Override
  public AgentStorage storage() {
    return new AgentStorage() {
      @Override
      public List<Usage> usage() {
        return ask(new ServiceCall.StorageUsage());
      }

      @Override
      public List<Usage> prune(long keepBytes, Duration olderThan) {
        return ask(new ServiceCall.PruneStorage(keepBytes, olderThan.toMillis()));
      }
    };
  }

  /** The agent's places for steps, where it is a member of a pool. */
  public AgentPlaces places() {
    return (who, changed) -> HeldPlace.begin(link, who, changed);
  }

  /** What this caller still has running is stopped by its own threads, which are interrupted. */
  @Override
  public void close() {
    link.close();
  }

  private <A> A ask(AgentCall<A> call) {
    try {
      return exchange(call, OperationSink.none());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private <A> A exchange(AgentCall<A> call, OperationSink sink) throws IOException {
    return operation(call, sink).await(1);
  }

  private void download(AgentCall<?> call, OutputStream out) throws IOException {
    operation(call, OperationSink.bytes(out)).await(LinkLimits.WINDOW);
  }

  private <A> RemoteOperation<A> operation(AgentCall<A> call, OperationSink sink) {
    return new RemoteOperation<>(link, call, sink, here);
  }

  /** What is no id must not be asked for, shown or written anywhere. */
  private static String checkedImage(String id) {
    if (!IMAGE_ID.matcher(id).matches()) {
      throw new AgentLostException("The agent answered what is no image id.", null);
    }
    return id;
  }
}
