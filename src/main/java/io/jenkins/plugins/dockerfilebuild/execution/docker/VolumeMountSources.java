package io.jenkins.plugins.dockerfilebuild.execution.docker;

import io.jenkins.plugins.dockerfilebuild.content.BlobSource;
import io.jenkins.plugins.dockerfilebuild.content.Bytes;
import io.jenkins.plugins.dockerfilebuild.content.DirectorySize;
import io.jenkins.plugins.dockerfilebuild.content.Tree;
import io.jenkins.plugins.dockerfilebuild.execution.MountRequest;
import io.jenkins.plugins.dockerfilebuild.execution.StepOutput;
import io.jenkins.plugins.dockerfilebuild.execution.TreeReference;
import io.jenkins.plugins.dockerfilebuild.execution.docker.cache.CacheInstance;
import io.jenkins.plugins.dockerfilebuild.execution.docker.cache.CacheLeases;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.AuxiliaryContainers;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.Engine;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.ImageContainers;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.KeptVolumes;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.MountSource;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.StepContainer;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.Undo;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.VolumeFiles;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.Volumes;
import io.jenkins.plugins.dockerfilebuild.execution.docker.files.FileAttributes;
import io.jenkins.plugins.dockerfilebuild.execution.docker.files.TarReader;
import io.jenkins.plugins.dockerfilebuild.execution.docker.files.TarWriter;
import io.jenkins.plugins.dockerfilebuild.execution.docker.files.TransferException;
import io.jenkins.plugins.dockerfilebuild.execution.docker.transfer.ImageContents;
import io.jenkins.plugins.dockerfilebuild.execution.docker.transfer.ImageFilesArchive;
import io.jenkins.plugins.dockerfilebuild.execution.docker.transfer.SentTrees;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;

/**
 * Volumes of the engine, filled through its archive API. Containers are shown paths inside volumes,
 * as the engine tells where these lie: single files can be shown so, and directories of a volume
 * can be layers of a writable view.
 */
final class VolumeMountSources implements MountSources {

  private static final String FILE = "/file";
  private static final String UPPER = "/upper";
  private static final String WORK = "/work";
  private static final int DIRECTORY_MODE = 0755;

  /** Room for a secret's file beside its bytes. */
  private static final int SPARE_BYTES = 1 << 20;

  /**
   * What the sources are made with.
   *
   * @param session that step's volumes carry
   */
  record Parts(
      Engine engine,
      String session,
      AuxiliaryContainers containers,
      FilledVolumes filled,
      KeptVolumes kept,
      BlobSource blobs,
      ImageContainers images,
      ImageContents contents,
      InstantSource clock) {}

  private final Parts parts;
  private final Engine engine;

  VolumeMountSources(Parts parts) {
    this.parts = parts;
    this.engine = parts.engine;
  }

  @Override
  public MountSource tree(TreeReference reference) throws IOException {
    String times = reference.times().map(Object::toString).orElse("");
    return parts.filled.source(
        "tree/1\0" + reference.tree() + "\0" + times,
        volume -> {
          Tree tree = new SentTrees(parts.blobs).tree(reference);
          Instant now = parts.clock.instant();
          volume.write(tar -> TreeArchive.write(tree, parts.blobs, now, tar));
          return tree.entries().stream().mapToLong(entry -> entry.size()).sum();
        });
  }

  @Override
  public MountSource image(String imageId, String path) throws IOException {
    return parts.filled.source(
        "image/1\0" + imageId + "\0" + path,
        volume -> {
          long[] bytes = {0};
          volume.write(
              tar -> {
                ImageFilesArchive archive = new ImageFilesArchive(FilledVolumes.CONTENT, tar);
                archive.write(parts.images, imageId, path);
                bytes[0] = archive.bytes();
              });
          return bytes[0];
        });
  }

  @Override
  public MountSource script(Bytes content) throws IOException {
    return ofSession(Map.of(), volume -> volume.write(tar -> file(content, root(), tar)));
  }

  private FileAttributes root() {
    return FileAttributes.ofRoot(DIRECTORY_MODE, parts.clock.instant());
  }

  private static void file(Bytes content, FileAttributes attributes, TarWriter tar)
      throws IOException {
    try (InputStream bytes = content.openStream()) {
      tar.file(VolumeFiles.at(FILE), attributes, content.size(), bytes);
    }
  }

  /** Makes something in a volume of this session. */
  @FunctionalInterface
  private interface Filling {
    void fill(VolumeFiles volume) throws IOException;
  }

  /** A file in a volume that goes with its use. */
  private MountSource ofSession(Map<String, String> options, Filling filling) throws IOException {
    Undo undo = new Undo();
    boolean done = false;
    try {
      VolumeFiles volume = newVolume(undo, options);
      filling.fill(volume);
      done = true;
      return MountSource.path(volume.enginePath(FILE), false, undo::close);
    } finally {
      if (!done) {
        undo.close();
      }
    }
  }

  private VolumeFiles newVolume(Undo undo, Map<String, String> options) {
    String name = Volumes.create(engine, parts.session, options);
    undo.add(() -> Volumes.remove(engine, name));
    VolumeFiles volume = VolumeFiles.open(engine, parts.containers, name);
    undo.add(volume::close);
    return volume;
  }

  /**
   * In the memory of the engine's machine: a volume that lies in a tmpfs, which lasts as long as a
   * container that runs has it.
   */
  @Override
  public MountSource secret(MountRequest.Secret secret) throws IOException {
    if (!parts.containers.canRun()) {
      throw new TransferException(
          "a secret needs an agent that shares a file system with its engine, or an engine on"
              + " amd64 or arm64: nothing here could keep it in memory");
    }
    String size = "size=" + (secret.content().size() + SPARE_BYTES) + ",mode=0700";
    FileAttributes attributes =
        new FileAttributes(
            secret.mode(), secret.uid(), secret.gid(), parts.clock.instant(), Map.of());
    Undo undo = new Undo();
    boolean done = false;
    try {
      VolumeFiles volume = newVolume(undo, Map.of("type", "tmpfs", "device", "tmpfs", "o", size));
      StepContainer waiting = parts.containers.waiting(volume.mount());
      undo.add(waiting::close);
      VolumeFiles.write(waiting.files(), tar -> file(secret.content(), attributes, tar));
      done = true;
      return MountSource.path(volume.enginePath(FILE), false, undo::close);
    } finally {
      if (!done) {
        undo.close();
      }
    }
  }

  /** A socket of this machine cannot be reached from the engine's. */
  @Override
  public MountSource sshAgent(MountRequest.Ssh ssh, StepOutput output) {
    throw new TransferException(
        "--mount=type=ssh needs an agent that shares a file system with its engine, as root");
  }

  @Override
  public MountSource cache(CacheLeases.CacheLease lease) throws IOException {
    CacheInstance instance = lease.instance();
    return instance.volumes().orElseThrow().of(instance).source(lease.request());
  }

  @Override
  public MountSource writable(MountSource source) throws IOException {
    return source.directory()
        ? overlay(source)
        : ofSession(Map.of(), volume -> copy(source, volume));
  }

  /** The file's archive becomes another archive, under the name that the copy has. */
  private void copy(MountSource source, VolumeFiles volume) throws IOException {
    try (StepContainer original =
            parts.containers.holding(AuxiliaryContainers.bind(source.source()));
        TarReader archive = new TarReader(original.files().read(AuxiliaryContainers.AT))) {
      long size = archive.next().orElseThrow().getSize();
      volume.write(
          tar -> tar.file(VolumeFiles.at(FILE), archive.attributes(), size, archive.content()));
    }
  }

  private MountSource overlay(MountSource lower) throws IOException {
    Undo undo = new Undo();
    boolean done = false;
    try {
      VolumeFiles volume = newVolume(undo, Map.of());
      volume.write(
          tar -> {
            tar.directory(VolumeFiles.at(UPPER), root());
            tar.directory(VolumeFiles.at(WORK), root());
          });
      String overlay =
          Volumes.overlay(
              engine,
              parts.session,
              lower.source(),
              volume.enginePath(UPPER),
              volume.enginePath(WORK));
      undo.add(() -> Volumes.remove(engine, overlay));
      done = true;
      return MountSource.volume(overlay, undo::close);
    } finally {
      if (!done) {
        undo.close();
      }
    }
  }

  @Override
  public DirectorySize usage() throws IOException {
    return parts.filled.usage();
  }

  @Override
  public DirectorySize prune(long keepBytes, Duration olderThan) throws IOException {
    parts.contents.prune(0, olderThan);
    parts.kept.removeForeign(parts.clock.instant().minus(StorageLimits.UNUSED));
    return parts.filled.prune(keepBytes, olderThan);
  }
}
