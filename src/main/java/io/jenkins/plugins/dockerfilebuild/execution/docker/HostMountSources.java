package io.jenkins.plugins.dockerfilebuild.execution.docker;

import io.jenkins.plugins.dockerfilebuild.content.Bytes;
import io.jenkins.plugins.dockerfilebuild.content.ContentStore;
import io.jenkins.plugins.dockerfilebuild.content.DirectorySize;
import io.jenkins.plugins.dockerfilebuild.content.RecursiveRemoval;
import io.jenkins.plugins.dockerfilebuild.content.Tree;
import io.jenkins.plugins.dockerfilebuild.content.TreeDirectories;
import io.jenkins.plugins.dockerfilebuild.execution.MountRequest;
import io.jenkins.plugins.dockerfilebuild.execution.StepOutput;
import io.jenkins.plugins.dockerfilebuild.execution.TreeReference;
import io.jenkins.plugins.dockerfilebuild.execution.docker.cache.CacheLeases;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.Engine;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.MountSource;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.Session;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.Undo;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.Volumes;
import io.jenkins.plugins.dockerfilebuild.execution.docker.transfer.ImageContents;
import io.jenkins.plugins.dockerfilebuild.execution.docker.transfer.SentTrees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Optional;

/** Directories of this machine, which the engine sees as the agent does. */
final class HostMountSources implements MountSources {

  private final Engine engine;
  private final Session session;
  private final ContentStore store;
  private final TreeDirectories trees;
  private final ImageContents images;

  HostMountSources(
      Engine engine,
      Session session,
      ContentStore store,
      TreeDirectories trees,
      ImageContents images) {
    this.engine = engine;
    this.session = session;
    this.store = store;
    this.trees = trees;
    this.images = images;
  }

  @Override
  public MountSource tree(TreeReference reference) throws IOException {
    Optional<Tree> recent = trees.recent(reference.tree(), reference.times());
    Tree tree = recent.isPresent() ? recent.get() : new SentTrees(store::open).tree(reference);
    TreeDirectories.Lease lease = trees.acquire(tree);
    return shown(lease.path(), lease::close);
  }

  @Override
  public MountSource image(String imageId, String path) throws IOException {
    ImageContents.Lease lease = images.directory(imageId, path);
    return shown(lease.path(), lease::close);
  }

  private static MountSource shown(Path path, Undo.Action release) {
    return MountSource.path(path.toString(), Files.isDirectory(path), release);
  }

  @Override
  public MountSource script(Bytes content) throws IOException {
    return file(
        session.scratch(),
        file -> {
          Files.write(file, content.toArray());
          Files.setAttribute(file, "unix:mode", 0755);
        });
  }

  @Override
  public MountSource secret(MountRequest.Secret secret) throws IOException {
    return file(
        session.secrets(),
        file -> {
          Files.write(file, secret.content().toArray());
          Files.setAttribute(file, "unix:uid", secret.uid());
          Files.setAttribute(file, "unix:gid", secret.gid());
          Files.setAttribute(file, "unix:mode", secret.mode());
        });
  }

  /** Writes a file that is there, empty. */
  @FunctionalInterface
  private interface Filling {
    void fill(Path file) throws IOException;
  }

  /** A file that goes with its use, and at once if it cannot be written. */
  private static MountSource file(Path directory, Filling filling) throws IOException {
    Path file = Files.createTempFile(directory, "file", "");
    boolean done = false;
    try {
      filling.fill(file);
      done = true;
      return shown(file, () -> Files.deleteIfExists(file));
    } finally {
      if (!done) {
        Files.deleteIfExists(file);
      }
    }
  }

  @Override
  public MountSource sshAgent(MountRequest.Ssh ssh, StepOutput output) throws IOException {
    SshSocket socket = SshSocket.open(ssh, session.secrets(), output);
    return MountSource.path(socket.file().toString(), false, socket::close);
  }

  @Override
  public MountSource cache(CacheLeases.CacheLease lease) throws IOException {
    return MountSource.path(lease.path().toString(), true, () -> {});
  }

  @Override
  public MountSource writable(MountSource source) throws IOException {
    Path path = Path.of(source.source());
    return source.directory() ? overlay(path) : copy(path);
  }

  private MountSource copy(Path file) throws IOException {
    return file(
        session.scratch(),
        copy ->
            Files.copy(
                file,
                copy,
                StandardCopyOption.REPLACE_EXISTING,
                StandardCopyOption.COPY_ATTRIBUTES));
  }

  private MountSource overlay(Path lower) throws IOException {
    Undo undo = new Undo();
    Path private_ = Files.createTempDirectory(session.scratch(), "overlay");
    undo.add(() -> RecursiveRemoval.remove(private_));
    boolean done = false;
    try {
      Path upper = Files.createDirectory(private_.resolve("upper"));
      Path work = Files.createDirectory(private_.resolve("work"));
      Files.setAttribute(upper, "unix:mode", 0755);
      String volume =
          Volumes.overlay(
              engine, session.id(), lower.toString(), upper.toString(), work.toString());
      undo.add(() -> Volumes.remove(engine, volume));
      done = true;
      return MountSource.volume(volume, undo::close);
    } finally {
      if (!done) {
        undo.close();
      }
    }
  }

  @Override
  public DirectorySize usage() throws IOException {
    return images.usage();
  }

  @Override
  public DirectorySize prune(long keepBytes, Duration olderThan) throws IOException {
    trees.prune(olderThan);
    return images.prune(keepBytes, olderThan);
  }
}
