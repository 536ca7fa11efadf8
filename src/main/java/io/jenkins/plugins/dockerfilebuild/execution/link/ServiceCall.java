package io.jenkins.plugins.dockerfilebuild.execution.link;

import com.fasterxml.jackson.annotation.JsonTypeName;
import io.jenkins.plugins.dockerfilebuild.content.Digest;
import io.jenkins.plugins.dockerfilebuild.execution.AgentInfo;
import io.jenkins.plugins.dockerfilebuild.execution.AgentServices;
import io.jenkins.plugins.dockerfilebuild.execution.AgentStorage;
import io.jenkins.plugins.dockerfilebuild.execution.CacheDirectories.CacheDirectory;
import io.jenkins.plugins.dockerfilebuild.execution.CacheLimits;
import io.jenkins.plugins.dockerfilebuild.execution.ImageIndex;
import io.jenkins.plugins.dockerfilebuild.execution.PullPolicy;
import io.jenkins.plugins.dockerfilebuild.execution.ReceivedImage;
import io.jenkins.plugins.dockerfilebuild.execution.RegistryLogin;
import io.jenkins.plugins.dockerfilebuild.execution.StepImage;
import io.jenkins.plugins.dockerfilebuild.execution.StepOutcome;
import io.jenkins.plugins.dockerfilebuild.execution.StepRequest;
import io.jenkins.plugins.dockerfilebuild.image.ImageConfig;
import io.jenkins.plugins.dockerfilebuild.image.ImageDescription;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** A method of {@link AgentServices} itself. */
sealed interface ServiceCall<A> extends AgentCall<A> {

  @JsonTypeName("info")
  record Info() implements ServiceCall<AgentInfo> {
    @Override
    public AgentInfo answer(AgentServices agent, Exchange exchange) {
      return agent.info();
    }
  }

  @JsonTypeName("inventory")
  record Inventory() implements ServiceCall<Map<String, StepImage>> {
    @Override
    public Map<String, StepImage> answer(AgentServices agent, Exchange exchange) {
      return agent.inventory();
    }
  }

  @JsonTypeName("holds-image")
  record HoldsImage(String imageId) implements ServiceCall<Boolean> {
    @Override
    public Boolean answer(AgentServices agent, Exchange exchange) {
      return agent.holdsImage(imageId);
    }
  }

  @JsonTypeName("resolve-image")
  record ResolveImage(
      String reference, String platform, PullPolicy pull, Optional<RegistryLogin> login)
      implements ServiceCall<Optional<ImageDescription>> {
    @Override
    public Optional<ImageDescription> answer(AgentServices agent, Exchange exchange) {
      return agent.resolveImage(reference, platform, pull, login);
    }
  }

  @JsonTypeName("missing-blobs")
  record MissingBlobs(List<Digest> blobs) implements ServiceCall<Set<Digest>> {
    @Override
    public Set<Digest> answer(AgentServices agent, Exchange exchange) {
      return agent.missingBlobs(blobs);
    }
  }

  /** Blobs as {@link BlobChunks} writes them, from {@link Exchange#incoming}. */
  @JsonTypeName("store-blobs")
  record StoreBlobs() implements ServiceCall<Nothing> {
    @Override
    public Nothing answer(AgentServices agent, Exchange exchange) throws IOException {
      BlobChunks.store(exchange.incoming(), agent);
      return Nothing.VALUE;
    }
  }

  @JsonTypeName("run-step")
  record RunStep(StepRequest request) implements ServiceCall<StepOutcome> {
    @Override
    public StepOutcome answer(AgentServices agent, Exchange exchange) {
      return agent.run(request, exchange.output());
    }
  }

  @JsonTypeName("digest-of")
  record DigestOf(String imageId, List<String> paths, List<String> excludes)
      implements ServiceCall<Digest> {
    @Override
    public Digest answer(AgentServices agent, Exchange exchange) {
      return agent.digestOf(imageId, paths, excludes);
    }
  }

  @JsonTypeName("part-of")
  record PartOf(String imageId, List<String> paths, List<String> excludes, long mostBytes)
      implements ServiceCall<Optional<String>> {
    @Override
    public Optional<String> answer(AgentServices agent, Exchange exchange) {
      return agent.partOf(imageId, paths, excludes, mostBytes);
    }
  }

  @JsonTypeName("export-image")
  record ExportImage(String imageId, Set<Digest> receiverHasLayers)
      implements ServiceCall<Nothing> {
    @Override
    public Nothing answer(AgentServices agent, Exchange exchange) throws IOException {
      agent.exportImage(imageId, receiverHasLayers, exchange.outgoing());
      return Nothing.VALUE;
    }
  }

  @JsonTypeName("import-image")
  record ImportImage() implements ServiceCall<String> {
    @Override
    public String answer(AgentServices agent, Exchange exchange) throws IOException {
      return agent.importImage(exchange.incoming());
    }
  }

  /** Takes an image from another agent; empty where that is not to be had from there. */
  @JsonTypeName("fetch-image")
  record FetchImage(String imageId, String from) implements ServiceCall<Optional<ReceivedImage>> {
    @Override
    public Optional<ReceivedImage> answer(AgentServices agent, Exchange exchange)
        throws IOException {
      return new PeerFetch(agent, exchange.pool()).image(imageId, from);
    }
  }

  /** Waits for a place where steps run and holds it until the operation is canceled. */
  @JsonTypeName("hold-place")
  record HoldPlace(String who) implements ServiceCall<Nothing> {
    @Override
    public Nothing answer(AgentServices agent, Exchange exchange) {
      exchange.pool().places().hold(who, exchange::waitsFor, exchange::granted);
      return Nothing.VALUE;
    }
  }

  @JsonTypeName("describe")
  record Describe(String imageId) implements ServiceCall<ImageDescription> {
    @Override
    public ImageDescription answer(AgentServices agent, Exchange exchange) {
      return agent.describe(imageId);
    }
  }

  @JsonTypeName("held-layers")
  record HeldLayers(List<Digest> layers) implements ServiceCall<Set<Digest>> {
    @Override
    public Set<Digest> answer(AgentServices agent, Exchange exchange) {
      return agent.heldLayers(layers);
    }
  }

  @JsonTypeName("assemble")
  record Assemble(Optional<String> layersOf, ImageConfig config, List<String> tags)
      implements ServiceCall<String> {
    @Override
    public String answer(AgentServices agent, Exchange exchange) {
      return agent.assemble(layersOf, config, tags);
    }
  }

  @JsonTypeName("save-image")
  record SaveImage(String imageId, List<String> tags) implements ServiceCall<Nothing> {
    @Override
    public Nothing answer(AgentServices agent, Exchange exchange) throws IOException {
      agent.saveImage(imageId, tags, exchange.outgoing());
      return Nothing.VALUE;
    }
  }

  @JsonTypeName("push-image")
  record PushImage(String reference, Optional<RegistryLogin> login) implements ServiceCall<Digest> {
    @Override
    public Digest answer(AgentServices agent, Exchange exchange) {
      return agent.pushImage(reference, login, exchange.pushes());
    }
  }

  @JsonTypeName("push-index")
  record PushIndex(ImageIndex index, Optional<RegistryLogin> login) implements ServiceCall<Digest> {
    @Override
    public Digest answer(AgentServices agent, Exchange exchange) {
      return agent.pushIndex(index, login);
    }
  }

  @JsonTypeName("storage-usage")
  record StorageUsage() implements ServiceCall<List<AgentStorage.Usage>> {
    @Override
    public List<AgentStorage.Usage> answer(AgentServices agent, Exchange exchange) {
      return agent.storage().usage();
    }
  }

  @JsonTypeName("prune-storage")
  record PruneStorage(long keepBytes, long olderThanMillis)
      implements ServiceCall<List<AgentStorage.Usage>> {
    @Override
    public List<AgentStorage.Usage> answer(AgentServices agent, Exchange exchange) {
      return agent.storage().prune(keepBytes, Duration.ofMillis(olderThanMillis));
    }
  }

  @JsonTypeName("list-cache-directories")
  record ListCacheDirectories() implements ServiceCall<List<CacheDirectory>> {
    @Override
    public List<CacheDirectory> answer(AgentServices agent, Exchange exchange) {
      return agent.cacheDirectories().list();
    }
  }

  /** Considers only {@code which}, the caller's choice from the list. */
  @JsonTypeName("prune-cache-directories")
  record PruneCacheDirectories(Set<Name> which, Limits limits)
      implements ServiceCall<List<CacheDirectory>> {

    /** What tells one cache directory from another. */
    record Name(String namespace, String id, String instance) {
      static Name of(CacheDirectory directory) {
        return new Name(directory.namespace(), directory.id(), directory.instance());
      }
    }

    /** {@link CacheLimits} on the wire. */
    record Limits(
        OptionalLong totalBytes,
        OptionalLong namespaceBytes,
        OptionalLong idBytes,
        OptionalLong ageMillis,
        long sparedMillis) {

      static Limits of(CacheLimits limits) {
        return new Limits(
            limits.totalBytes(),
            limits.namespaceBytes(),
            limits.idBytes(),
            limits.age().stream().mapToLong(Duration::toMillis).findFirst(),
            limits.spared().toMillis());
      }

      CacheLimits toLimits() {
        Optional<Duration> age =
            ageMillis.isPresent()
                ? Optional.of(Duration.ofMillis(ageMillis.getAsLong()))
                : Optional.empty();
        return new CacheLimits(
            totalBytes, namespaceBytes, idBytes, age, Duration.ofMillis(sparedMillis));
      }
    }

    @Override
    public List<CacheDirectory> answer(AgentServices agent, Exchange exchange) {
      return agent
          .cacheDirectories()
          .prune(directory -> which.contains(Name.of(directory)), limits.toLimits());
    }
  }
}
