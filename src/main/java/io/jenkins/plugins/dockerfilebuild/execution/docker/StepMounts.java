package io.jenkins.plugins.dockerfilebuild.execution.docker;

import com.github.dockerjava.api.model.Mount;
import com.github.dockerjava.api.model.MountType;
import io.jenkins.plugins.dockerfilebuild.content.Bytes;
import io.jenkins.plugins.dockerfilebuild.content.ContentStore;
import io.jenkins.plugins.dockerfilebuild.content.RecursiveRemoval;
import io.jenkins.plugins.dockerfilebuild.content.Tree;
import io.jenkins.plugins.dockerfilebuild.content.TreeDirectories;
import io.jenkins.plugins.dockerfilebuild.execution.MountRequest;
import io.jenkins.plugins.dockerfilebuild.execution.StepOutcome.MountReport;
import io.jenkins.plugins.dockerfilebuild.execution.StepOutput;
import io.jenkins.plugins.dockerfilebuild.execution.TreeReference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

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

  /** Target of a tmpfs to its options. */
  private final Map<String, String> memory = new TreeMap<>();

  private final List<MountReport> reports = new ArrayList<>();
  private final List<CacheLeases> held = new ArrayList<>();
  private final Deque<Undo> undo = new ArrayDeque<>();

  /**
   * Where an agent keeps what steps mount.
   *
   * @param scratch for what lives as long as a step
   * @param secrets likewise, where no disk holds it if the machine has such a place
   */
  record Places(
      ContentStore store,
      TreeDirectories trees,
      HostCacheDirectories caches,
      ImageContents images,
      Path scratch,
      Path secrets) {}

  StepMounts(Places places, Engine engine, String session) {
    this.places = places;
    this.engine = engine;
    this.session = session;
  }

  /** Parents before children, as the engine mounts them in this order. */
  List<Mount> mounts() {
    return mounts.stream().sorted(Comparator.comparing(Mount::getTarget)).toList();
  }

  /** Mounts in memory: target to options. */
  Map<String, String> memory() {
    return Map.copyOf(memory);
  }

  List<String> targets() {
    return Stream.concat(mounts.stream().map(Mount::getTarget), memory.keySet().stream()).toList();
  }

  /** The step's command came to its end. */
  void ran(long millis) {
    held.forEach(leases -> leases.ran(millis));
  }

  List<MountReport> reports() {
    return List.copyOf(reports);
  }

  /** Brings all of them up, cache directories last, for these may be waited for. */
  void addAll(List<MountRequest> requests, StepOutput output) throws IOException {
    List<MountRequest.Cache> wanted = new ArrayList<>();
    for (MountRequest request : requests) {
      if (request instanceof MountRequest.ContextBind bind) {
        contextBind(bind);
      } else if (request instanceof MountRequest.ImageBind bind) {
        imageBind(bind);
      } else if (request instanceof MountRequest.Tmpfs tmpfs) {
        tmpfs(tmpfs);
      } else if (request instanceof MountRequest.Secret secret) {
        secret(secret);
      } else if (request instanceof MountRequest.Ssh ssh) {
        sshAgent(ssh, output);
      } else if (request instanceof MountRequest.Cache cache) {
        wanted.add(cache);
      }
    }
    caches(wanted, output);
  }

  /** An executable file that is there while the command runs. */
  void script(String target, Bytes content) throws IOException {
    Path file = file(places.scratch, content);
    Files.setAttribute(file, "unix:mode", 0755);
    bind(file.toString(), target, true);
  }

  private void contextBind(MountRequest.ContextBind bind) throws IOException {
    Tree tree = tree(bind.tree());
    TreeDirectories.Lease lease = places.trees.acquire(tree);
    undo.push(lease::close);
    show(lease.path(), bind.target(), bind.readOnly());
  }

  private Tree tree(TreeReference reference) throws IOException {
    Optional<Tree> recent = places.trees.recent(reference.tree(), reference.times());
    return recent.isPresent() ? recent.get() : new SentTrees(places.store::open).tree(reference);
  }

  /** Shows a path that others see too: as it is, or as a private copy that can be written to. */
  private void show(Path path, String target, boolean readOnly) throws IOException {
    if (readOnly) {
      bind(path.toString(), target, true);
    } else if (Files.isDirectory(path)) {
      overlay(path, target);
    } else {
      Path copy = Files.createTempFile(places.scratch, "file", "");
      undo.push(() -> Files.deleteIfExists(copy));
      Files.copy(
          path, copy, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.COPY_ATTRIBUTES);
      bind(copy.toString(), target, false);
    }
    report("bind", target);
  }

  /** A view of the directory that can be written to and is thrown away: one layer, no copy. */
  private void overlay(Path lower, String target) throws IOException {
    if (lower.toString().matches(".*[,:\\\\].*")) {
      throw new IOException(
          "a bind mount with rw needs a state directory without , : and \\ in its path: " + lower);
    }
    Path private_ = Files.createTempDirectory(places.scratch, "overlay");
    undo.push(() -> RecursiveRemoval.remove(private_));
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
    ImageContents.Lease lease = places.images.directory(bind.imageId(), bind.path());
    undo.push(lease::close);
    show(lease.path(), bind.target(), bind.readOnly());
  }

  /** Programs may be run there, as with BuildKit; the engine's own default forbids it. */
  private void tmpfs(MountRequest.Tmpfs tmpfs) {
    String size = tmpfs.sizeBytes().map(bytes -> ",size=" + bytes).orElse("");
    memory.put(tmpfs.target(), "exec,dev,nosuid," + (tmpfs.readOnly() ? "ro" : "rw") + size);
    report("tmpfs", tmpfs.target());
  }

  private void caches(List<MountRequest.Cache> wanted, StepOutput output) throws IOException {
    CacheLeases leases =
        places.caches.acquire(
            wanted,
            cache ->
                output.line(
                    "waiting for the cache directory " + cache.id() + ", which is in use", false));
    undo.push(leases::close);
    held.add(leases);
    for (CacheLeases.CacheLease lease : leases.leases()) {
      MountRequest.Cache cache = lease.request();
      if (lease.discard() && !cache.readOnly()) {
        overlay(lease.path(), cache.target());
      } else {
        bind(lease.path().toString(), cache.target(), cache.readOnly());
      }
      String hit = lease.cold() ? "COLD" : "WARM";
      reports.add(
          MountReport.local(
              "cache", cache.id(), cache.target(), hit, lease.bytes(), lease.waitMillis()));
    }
  }

  /** In memory where the machine has a place for that, so that no disk ever holds it. */
  private void secret(MountRequest.Secret secret) throws IOException {
    Path file = file(places.secrets, secret.content());
    Files.setAttribute(file, "unix:uid", secret.uid());
    Files.setAttribute(file, "unix:gid", secret.gid());
    Files.setAttribute(file, "unix:mode", secret.mode());
    bind(file.toString(), secret.target(), true);
    report("secret", secret.target());
  }

  /** Not read-only: who connects to a socket writes to it. */
  private void sshAgent(MountRequest.Ssh ssh, StepOutput output) throws IOException {
    SshSocket socket = SshSocket.open(ssh, places.secrets, output);
    undo.push(socket::close);
    bind(socket.file().toString(), ssh.target(), false);
    report("ssh", ssh.target());
  }

  private Path file(Path directory, Bytes content) throws IOException {
    Path file = Files.createTempFile(directory, "file", "");
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

  private void report(String type, String target) {
    reports.add(MountReport.local(type, "", target, "", 0, 0));
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
