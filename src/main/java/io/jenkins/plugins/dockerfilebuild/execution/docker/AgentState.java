package io.jenkins.plugins.dockerfilebuild.execution.docker;

import io.jenkins.plugins.dockerfilebuild.cachedirectory.ScanRehearsal;
import io.jenkins.plugins.dockerfilebuild.content.ContentStore;
import io.jenkins.plugins.dockerfilebuild.content.TreeDirectories;
import io.jenkins.plugins.dockerfilebuild.execution.MountStorage;
import io.jenkins.plugins.dockerfilebuild.execution.docker.cache.CacheVolumes;
import io.jenkins.plugins.dockerfilebuild.execution.docker.cache.HostCacheDirectories;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.AuxiliaryContainers;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.Engine;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.ImageContainers;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.ImageRemovals;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.KeptVolumes;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.Session;
import io.jenkins.plugins.dockerfilebuild.execution.docker.transfer.ImageContents;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;

/**
 * What lies below an agent's state directory, apart from its session.
 *
 * <table>
 * <caption>Folders</caption>
 * <tr><td>{@code blobs}</td><td>files of build contexts</td></tr>
 * <tr><td>{@code images}</td><td>what images hold, as far as it was asked</td></tr>
 * <tr><td>{@code trees}, {@code cache}</td><td>directories that containers mount</td></tr>
 * <tr><td>{@code volumes}</td><td>notes of volumes that containers mount instead, and copies of
 *     cache directories</td></tr>
 * </table>
 *
 * @param onImages removes mount points where the engine tells nobody where its layers lie
 */
record AgentState(
    Engine engine,
    Session session,
    Path state,
    AuxiliaryContainers auxiliary,
    ImageContainers containers,
    Optional<ImageRemovals> onImages,
    InstantSource clock) {

  /** Idle directories of trees that are kept to be changed into the next tree. */
  private static final int IDLE_TREES = 8;

  /** Opens all of it, for an agent of a kind. */
  StepMounts.Places places(MountStorage.Kind kind) throws IOException {
    ContentStore store = ContentStore.open(state.resolve("blobs"));
    ImageContents contents = new ImageContents(state.resolve("images"), containers, clock);
    return kind == MountStorage.Kind.VOLUMES
        ? inVolumes(store, contents)
        : inDirectories(store, contents);
  }

  private StepMounts.Places inDirectories(ContentStore store, ImageContents contents)
      throws IOException {
    HostCacheDirectories caches =
        new HostCacheDirectories(
            state.resolve("cache"), contents::extract, clock, engine::later, this::reap);
    TreeDirectories trees = TreeDirectories.open(state.resolve("trees"), store, IDLE_TREES);
    MountSources sources = new HostMountSources(engine, session, store, trees, contents);
    Path rehearsal = session.scratch().resolve("rehearsal");
    return new StepMounts.Places(
        store,
        caches,
        contents,
        sources,
        mountPoints(new LayerMountPoints(engine)),
        () -> ScanRehearsal.ofThisJvm().begin(rehearsal));
  }

  private MountPointRemovals mountPoints(MountPointRemovals inLayers) {
    return onImages
        .<MountPointRemovals>map(images -> new ImageMountPoints(containers, images))
        .orElse(inLayers);
  }

  private StepMounts.Places inVolumes(ContentStore store, ImageContents contents)
      throws IOException {
    Path root = Files.createDirectories(state.resolve("volumes"));
    KeptVolumes kept = KeptVolumes.open(engine, root);
    HostCacheDirectories caches =
        HostCacheDirectories.inVolumes(
            root.resolve("cache"),
            new CacheVolumes(engine, auxiliary, kept, containers),
            clock,
            engine::later,
            this::reap);
    FilledVolumes filled = new FilledVolumes(root, engine, auxiliary, kept, clock);
    MountSources sources =
        new VolumeMountSources(
            new VolumeMountSources.Parts(
                engine,
                session.id(),
                auxiliary,
                filled,
                kept,
                store::open,
                containers,
                contents,
                clock));
    // What is published there comes through the engine: a scan is the least of it.
    return new StepMounts.Places(
        store,
        caches,
        contents,
        sources,
        mountPoints(new ContainerMountPoints(engine, auxiliary, containers)),
        ScanRehearsal.Running::none);
  }

  private void reap() throws IOException {
    Session.reapDead(engine, state);
  }
}
