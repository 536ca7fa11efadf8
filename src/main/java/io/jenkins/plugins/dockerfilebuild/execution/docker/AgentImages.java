package io.jenkins.plugins.dockerfilebuild.execution.docker;

import io.jenkins.plugins.dockerfilebuild.content.Digest;
import io.jenkins.plugins.dockerfilebuild.content.ProducedStream;
import io.jenkins.plugins.dockerfilebuild.execution.PullPolicy;
import io.jenkins.plugins.dockerfilebuild.execution.PushListener;
import io.jenkins.plugins.dockerfilebuild.execution.RegistryLogin;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.Engine;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.EngineImages;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.EngineRegistry;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.FullDisk;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.ImageLoads;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.ImageTransfer;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.IncomingImage;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.RawApi;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.WholeImages;
import io.jenkins.plugins.dockerfilebuild.image.ImageConfig;
import io.jenkins.plugins.dockerfilebuild.image.ImageDescription;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Images of an agent's engine: found, taken in, given away and made. What each method does is said
 * in {@link io.jenkins.plugins.dockerfilebuild.execution.AgentServices}. Thread-safe.
 */
final class AgentImages {

  private static final Pattern IMAGE_ID = Pattern.compile("sha256:[0-9a-f]{64}");

  private final Engine engine;
  private final FullDisk disk;
  private final EngineImages images;
  private final ImageLoads loads;
  private final ImageTransfer transfer;

  /** Whether the engine takes an image without the layers that it has. */
  private final boolean loadsParts;

  /**
   * @param loadsParts whether the engine takes an image without the layers that it has
   * @param spool a directory for layers in passing
   */
  AgentImages(Engine engine, boolean loadsParts, Path spool, FullDisk disk) {
    this.engine = engine;
    this.disk = disk;
    this.images = new EngineImages(engine);
    this.loadsParts = loadsParts;
    this.loads =
        new ImageLoads(
            engine,
            images,
            loadsParts ? Optional.empty() : Optional.of(new WholeImages(engine, spool)));
    this.transfer = new ImageTransfer(engine, spool);
  }

  EngineImages known() {
    return images;
  }

  ImageLoads loads() {
    return loads;
  }

  Optional<ImageDescription> resolve(
      String reference, String platform, PullPolicy pull, Optional<RegistryLogin> login) {
    return disk.guarded(() -> images.resolve(reference, platform, pull, login));
  }

  /** Not guarded: a registry may say in the same words that the full disk is its own. */
  Digest push(String reference, Optional<RegistryLogin> login, PushListener listener) {
    return new EngineRegistry(engine).push(reference, login, listener);
  }

  void exportTo(OutputStream archive, String imageId, Set<Digest> receiverHasLayers)
      throws IOException {
    disk.guard(() -> transfer.export(imageId, images.layers(imageId), receiverHasLayers, archive));
  }

  String importFrom(InputStream archive) throws IOException {
    String answer = load(archive);
    Matcher id = IMAGE_ID.matcher(answer);
    if (!id.find()) {
      throw new IOException("the engine did not take the image: " + answer);
    }
    return id.group();
  }

  private String load(InputStream archive) throws IOException {
    try (ProducedStream image =
        ProducedStream.of("image to load", out -> IncomingImage.pass(archive, out))) {
      try {
        return disk.guarded(() -> new RawApi(engine).load(image));
      } catch (RuntimeException e) {
        refuse(image, e);
        throw e;
      }
    }
  }

  /** What is wrong with the image says more than what the engine makes of it, if anything is. */
  private static void refuse(ProducedStream image, RuntimeException engine) throws IOException {
    try {
      image.throwFailure();
    } catch (InterruptedIOException endedByTheEngine) {
      throw engine;
    }
  }

  Set<Digest> heldLayers(List<Digest> layers) {
    return loadsParts ? images.heldLayers(layers) : Set.of();
  }

  String assemble(Optional<String> layersOf, ImageConfig config, List<String> tags) {
    return disk.guarded(
        () -> {
          String imageId = loads.image(layersOf, config);
          loads.tag(imageId, tags);
          return imageId;
        });
  }

  void save(String imageId, List<String> tags, OutputStream archive) throws IOException {
    transfer.save(tags.isEmpty() ? List.of(imageId) : tags, archive, disk);
  }
}
