package io.jenkins.plugins.dockerfilebuild.execution.docker;

import com.github.dockerjava.api.model.Mount;
import com.github.dockerjava.api.model.MountType;
import com.github.dockerjava.api.model.TmpfsOptions;
import io.jenkins.plugins.dockerfilebuild.content.Bytes;
import io.jenkins.plugins.dockerfilebuild.content.ContentStore;
import io.jenkins.plugins.dockerfilebuild.content.Tree;
import io.jenkins.plugins.dockerfilebuild.content.TreeDirectories;
import io.jenkins.plugins.dockerfilebuild.execution.MountRequest;
import io.jenkins.plugins.dockerfilebuild.execution.SourceNotFoundException;
import io.jenkins.plugins.dockerfilebuild.execution.StepOutcome.MountReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * The mounts of one RUN, brought up one after the other and all let go by {@link #close}, however
 * far it came. Used by one thread.
 */
final class StepMounts implements AutoCloseable {

  /** What is closed when the step ends; closing may throw what it likes. */
  @FunctionalInterface
  private interface Undo {
    void run() throws IOException;
  }

  private final Places places;
  private final Engine engine;
  private final String session;
  private final List<Mount> mounts = new ArrayList<>();
  private final List<MountReport> reports = new ArrayList<>();
  private final Deque<Undo> undo = new ArrayDeque<>();

  /** Directories that a cache mount was given in this step, so that equal ones share it. */
  private final List<HeldCache> caches = new ArrayList<>();

  private record HeldCache(MountRequest.Cache request, HostCacheDirectories.Lease lease) {
    boolean serves(MountRequest.Cache other) {
      return request.namespace().equals(other.namespace())
          && request.id().equals(other.id())
          && request.seedIdentity().equals(other.seedIdentity());
    }
  }

  /**
   * Where an agent keeps what steps mount.
   *
   * @param scratch for what lives as long as a step
   */
  record Places(
      ContentStore store, TreeDirectories trees, HostCacheDirectories caches, Path scratch) {}

  StepMounts(Places places, Engine engine, String session) {
    this.places = places;
    this.engine = engine;
    this.session = session;
  }

  /** Parents before children, as the engine mounts them in this order. */
  List<Mount> mounts() {
    return mounts.stream().sorted(Comparator.comparing(Mount::getTarget)).toList();
  }

  List<String> targets() {
    return mounts.stream().map(Mount::getTarget).toList();
  }

  List<MountReport> reports() {
    return List.copyOf(reports);
  }

  void add(MountRequest request) throws IOException, InterruptedException {
    if (request instanceof MountRequest.ContextBind bind) {
      contextBind(bind);
    } else if (request instanceof MountRequest.ImageBind bind) {
      imageBind(bind);
    } else if (request instanceof MountRequest.Tmpfs tmpfs) {
      tmpfs(tmpfs);
    } else if (request instanceof MountRequest.Cache cache) {
      cache(cache);
    } else if (request instanceof MountRequest.Secret secret) {
      secret(secret);
    }
  }

  /** An executable file that is there while the command runs. */
  void script(String target, Bytes content) throws IOException {
    Path file = file(places.scratch, content);
    Files.setAttribute(file, "unix:mode", 0755);
    bind(file.toString(), target, true);
  }

  private void contextBind(MountRequest.ContextBind bind) throws IOException {
    Tree tree = Tree.decode(places.store.read(bind.tree()));
    TreeDirectories.Lease lease = places.trees.acquire(tree);
    undo.push(lease::close);
    if (bind.readOnly()) {
      bind(lease.path().toString(), bind.target(), true);
    } else if (tree.isFile()) {
      Path copy = Files.createTempFile(places.scratch, "file", "");
      undo.push(() -> Files.deleteIfExists(copy));
      Files.copy(
          lease.path(),
          copy,
          StandardCopyOption.REPLACE_EXISTING,
          StandardCopyOption.COPY_ATTRIBUTES);
      bind(copy.toString(), bind.target(), false);
    } else {
      overlay(lease.path(), bind.target());
    }
    report("bind", "", bind.target(), "");
  }

  /** A view of the directory that can be written to and is thrown away: one layer, no copy. */
  private void overlay(Path lower, String target) throws IOException {
    Path private_ = Files.createTempDirectory(places.scratch, "overlay");
    undo.push(() -> Directories.remove(private_));
    Path upper = Files.createDirectory(private_.resolve("upper"));
    Path work = Files.createDirectory(private_.resolve("work"));
    Files.setAttribute(upper, "unix:mode", 0755);
    String volume =
        Volumes.create(
            engine,
            session,
            Map.of(
                "type", "overlay",
                "device", "overlay",
                "o", "lowerdir=%s,upperdir=%s,workdir=%s".formatted(lower, upper, work)));
    undo.push(() -> Volumes.remove(engine, volume));
    mounts.add(new Mount().withType(MountType.VOLUME).withSource(volume).withTarget(target));
  }

  private void imageBind(MountRequest.ImageBind bind) throws IOException {
    try {
      ImageVolume copy = ImageVolume.copy(engine, session, bind.imageId(), bind.path());
      undo.push(copy::close);
      bind(copy.path(), bind.target(), bind.readOnly());
    } catch (java.nio.file.NoSuchFileException e) {
      throw notFound(bind.path());
    }
    report("bind", "", bind.target(), "");
  }

  private static SourceNotFoundException notFound(String path) {
    return new SourceNotFoundException(
        "\"" + path + "\" is not in the stage or image that the mount takes it from");
  }

  private void tmpfs(MountRequest.Tmpfs tmpfs) {
    Mount mount =
        new Mount()
            .withType(MountType.TMPFS)
            .withTarget(tmpfs.target())
            .withReadOnly(tmpfs.readOnly());
    tmpfs
        .sizeBytes()
        .ifPresent(size -> mount.withTmpfsOptions(new TmpfsOptions().withSizeBytes(size)));
    mounts.add(mount);
    report("tmpfs", "", tmpfs.target(), "");
  }

  private void cache(MountRequest.Cache cache) throws IOException, InterruptedException {
    HostCacheDirectories.Lease lease = lease(cache);
    Path path = lease.path();
    if (!cache.source().isEmpty() && !cache.source().equals("/")) {
      path = inside(lease.path(), cache.source());
    }
    bind(path.toString(), cache.target(), cache.readOnly());
    reports.add(
        new MountReport(
            "cache",
            cache.id(),
            cache.target(),
            lease.warm() ? "WARM" : "COLD",
            HostCacheDirectories.measure(lease.path())[0],
            lease.waitedMillis()));
  }

  private HostCacheDirectories.Lease lease(MountRequest.Cache cache)
      throws IOException, InterruptedException {
    for (HeldCache held : caches) {
      if (held.serves(cache)) {
        return held.lease;
      }
    }
    Optional<HostCacheDirectories.Seed> seed =
        cache.seedImage().map(image -> directory -> seed(image, directory));
    HostCacheDirectories.Lease lease = places.caches.acquire(cache, seed);
    undo.push(lease::close);
    caches.add(new HeldCache(cache, lease));
    return lease;
  }

  /** The engine itself copies the seed, owners and all, into the directory. */
  private void seed(String imageId, Path directory) throws IOException {
    CacheSeed.copy(engine, session, imageId, directory);
  }

  /** A path inside a cache directory; a link in it could lead anywhere on this machine. */
  private static Path inside(Path directory, String source) throws IOException {
    Path path = directory.resolve(source.replaceFirst("^/+", "")).normalize();
    if (!path.startsWith(directory)) {
      throw notFound(source);
    }
    Path at = directory;
    for (Path element : directory.relativize(path)) {
      at = at.resolve(element);
      if (Files.isSymbolicLink(at)) {
        throw notFound(source);
      }
    }
    if (!Files.exists(path)) {
      throw notFound(source);
    }
    return path;
  }

  /** In memory where the machine has a place for that, so that no disk ever holds it. */
  private void secret(MountRequest.Secret secret) throws IOException {
    Path memory = Path.of("/dev/shm");
    Path file = file(Files.isWritable(memory) ? memory : places.scratch, secret.content());
    Files.setAttribute(file, "unix:uid", secret.uid());
    Files.setAttribute(file, "unix:gid", secret.gid());
    Files.setAttribute(file, "unix:mode", secret.mode());
    bind(file.toString(), secret.target(), true);
    report("secret", "", secret.target(), "");
  }

  private Path file(Path directory, Bytes content) throws IOException {
    Path file = Files.createTempFile(directory, "dockerfile-build-" + UUID.randomUUID(), "");
    undo.push(() -> Files.deleteIfExists(file));
    Files.write(file, content.toArray());
    return file;
  }

  private void bind(String source, String target, boolean readOnly) {
    mounts.add(
        new Mount()
            .withType(MountType.BIND)
            .withSource(source)
            .withTarget(target)
            .withReadOnly(readOnly));
  }

  private void report(String type, String id, String target, String hit) {
    reports.add(new MountReport(type.toLowerCase(Locale.ROOT), id, target, hit, 0, 0));
  }

  @Override
  public void close() throws IOException {
    IOException problem = null;
    while (!undo.isEmpty()) {
      try {
        undo.pop().run();
      } catch (IOException e) {
        problem = e;
      }
    }
    if (problem != null) {
      throw problem;
    }
  }
}
