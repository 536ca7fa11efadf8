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
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.ImageIntake;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.ImageLoads;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.ImageStore;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.ImageTransfer;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.IncomingImage;
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

/**
 * Images of an agent's engine: found, taken in, given away and made. What each method does is said
 * in {@link io.jenkins.plugins.dockerfilebuild.execution.AgentServices}. Thread-safe.
 */
final class AgentImages {

  private final Engine engine;
  private final FullDisk disk;
  private final EngineImages images;
  private final ImageStore store;
  private final ImageIntake intake;
  private final ImageLoads loads;
  private final ImageTransfer transfer;

  /**
   * @param store the engine's
   * @param spool a directory for layers in passing
   */
  AgentImages(Engine engine, ImageStore store, Path spool, FullDisk disk) {
    this.engine = engine;
    this.disk = disk;
    this.images = new EngineImages(engine);
    this.store = store;
    this.intake = ImageIntake.of(store, engine, images, spool);
    this.loads = new ImageLoads(engine, images, intake);
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
    IncomingImage.Form form = intake.incoming();
    try (ProducedStream image =
        ProducedStream.of("image to load", out -> IncomingImage.pass(archive, form, out))) {
      try {
        return disk.guarded(() -> images.load(image));
      } catch (IOException | RuntimeException e) {
        tellWhatIsWrongWith(image);
        throw e;
      }
    }
  }

  /** It says more than what the engine makes of it, if anything is. */
  private static void tellWhatIsWrongWith(ProducedStream image) throws IOException {
    try {
      image.throwFailure();
    } catch (InterruptedIOException endedByTheEngine) {
      // Nothing is.
    }
  }

  Set<Digest> heldLayers(List<Digest> layers) {
    return store != ImageStore.ARCHIVES ? images.heldLayers(layers) : Set.of();
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
