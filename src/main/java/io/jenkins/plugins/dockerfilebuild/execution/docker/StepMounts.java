package io.jenkins.plugins.dockerfilebuild.execution.docker;

import com.github.dockerjava.api.model.Mount;
import io.jenkins.plugins.dockerfilebuild.cachedirectory.ScanRehearsal;
import io.jenkins.plugins.dockerfilebuild.content.Bytes;
import io.jenkins.plugins.dockerfilebuild.content.ContentStore;
import io.jenkins.plugins.dockerfilebuild.execution.MountRequest;
import io.jenkins.plugins.dockerfilebuild.execution.StepOutcome.MountReport;
import io.jenkins.plugins.dockerfilebuild.execution.StepOutput;
import io.jenkins.plugins.dockerfilebuild.execution.docker.MountPointRemovals.Cleaned;
import io.jenkins.plugins.dockerfilebuild.execution.docker.MountPointRemovals.MountPoint;
import io.jenkins.plugins.dockerfilebuild.execution.docker.cache.CacheLeases;
import io.jenkins.plugins.dockerfilebuild.execution.docker.cache.HostCacheDirectories;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.MountSource;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.Undo;
import io.jenkins.plugins.dockerfilebuild.execution.docker.transfer.ImageContents;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/**
 * The mounts of one RUN, brought up one after the other and all let go by {@link #close}, however
 * far it came. Used by one thread.
 */
final class StepMounts implements AutoCloseable {

  /** An engine makes containers side by side; more of them than this gain nothing. */
  private static final int IMAGES_AT_ONCE = 4;

  private final Places places;
  private final MountSources sources;
  private final List<Mount> mounts = new ArrayList<>();
  private final List<MountPoint> points = new ArrayList<>();

  /** Target of a tmpfs to its options. */
  private final Map<String, String> memory = new TreeMap<>();

  private final List<MountReport> reports = new ArrayList<>();
  private final List<CacheLeases> held = new ArrayList<>();
  private final Undo undo = new Undo();
  private ScanRehearsal.Running rehearsal = ScanRehearsal.Running.none();

  /**
   * Where an agent keeps what steps mount.
   *
   * @param store blobs of the build context
   * @param images what images hold, as far as it was asked
   * @param sources shows all of it to containers
   * @param mountPoints removes what the engine makes for that
   * @param rehearsal of what is done with caches after a command, begun when it begins
   */
  record Places(
      ContentStore store,
      HostCacheDirectories caches,
      ImageContents images,
      MountSources sources,
      MountPointRemovals mountPoints,
      Supplier<ScanRehearsal.Running> rehearsal) {}

  StepMounts(Places places) {
    this.places = places;
    this.sources = places.sources;
  }

  /** Parents before children, as the engine mounts them in this order. */
  List<Mount> mounts() {
    return mounts.stream().sorted(Comparator.comparing(Mount::getTarget)).toList();
  }

  /** Mounts in memory: target to options. */
  Map<String, String> memory() {
    return Map.copyOf(memory);
  }

  boolean isEmpty() {
    return points.isEmpty();
  }

  /** The step's command came to its end. */
  void ran(long millis) {
    rehearsal.end();
    held.forEach(leases -> leases.ran(millis));
  }

  List<MountReport> reports() {
    return List.copyOf(reports);
  }

  /** As {@link MountPointRemovals#expect} of all mounts. */
  MountPointRemovals.Removal mountPoints(String image, List<String> wanted) throws IOException {
    return points.isEmpty()
        ? (container, output) -> Cleaned.of(container)
        : places.mountPoints.expect(image, List.copyOf(points), wanted);
  }

  /** Brings all of them up, cache directories last, for these may be waited for. */
  void addAll(List<MountRequest> requests, StepOutput output)
      throws IOException, InterruptedException {
    readImages(requests);
    List<MountRequest.Cache> wanted = new ArrayList<>();
    for (MountRequest request : requests) {
      if (request instanceof MountRequest.ContextBind bind) {
        bind(sources.tree(bind.tree()), bind.target(), bind.readOnly());
      } else if (request instanceof MountRequest.ImageBind bind) {
        bind(sources.image(bind.imageId(), bind.path()), bind.target(), bind.readOnly());
      } else if (request instanceof MountRequest.Tmpfs tmpfs) {
        tmpfs(tmpfs);
      } else if (request instanceof MountRequest.Secret secret) {
        mount(sources.secret(secret), secret.target(), true);
        report("secret", secret.target());
      } else if (request instanceof MountRequest.Ssh ssh) {
        // Not read-only: who connects to a socket writes to it.
        mount(sources.sshAgent(ssh, output), ssh.target(), false);
        report("ssh", ssh.target());
      } else if (request instanceof MountRequest.Cache cache) {
        wanted.add(cache);
      }
    }
    if (!wanted.isEmpty()) {
      caches(wanted, output);
    }
  }

  /**
   * Reads several images side by side, ahead of their mounts, which find the files there. What goes
   * wrong is left to the mount that needs it.
   */
  private void readImages(List<MountRequest> requests) throws InterruptedException {
    List<Callable<Void>> images = new ArrayList<>();
    for (MountRequest request : requests) {
      if (request instanceof MountRequest.ImageBind bind) {
        images.add(
            () -> {
              sources.image(bind.imageId(), bind.path()).close();
              return null;
            });
      }
    }
    if (images.size() > 1) {
      ExecutorService threads = Executors.newFixedThreadPool(IMAGES_AT_ONCE);
      try {
        threads.invokeAll(images);
      } finally {
        threads.shutdownNow();
      }
    }
  }

  /** An executable file that is there while the command runs. */
  void script(String target, Bytes content) throws IOException {
    mount(sources.script(content), target, true);
  }

  private void mount(MountSource source, String target, boolean readOnly) {
    undo.add(source::close);
    mounts.add(source.at(target, readOnly));
    points.add(new MountPoint(target, source.directory()));
  }

  /** What others see too: as it is, or as a private copy that can be written to. */
  private void bind(MountSource source, String target, boolean readOnly) throws IOException {
    show(source, target, readOnly);
    report("bind", target);
  }

  private void show(MountSource source, String target, boolean readOnly) throws IOException {
    if (readOnly) {
      mount(source, target, true);
    } else {
      undo.add(source::close);
      mount(sources.writable(source), target, false);
    }
  }

  /** Programs may be run there, as with BuildKit; the engine's own default forbids it. */
  private void tmpfs(MountRequest.Tmpfs tmpfs) {
    String size = tmpfs.sizeBytes().map(bytes -> ",size=" + bytes).orElse("");
    memory.put(tmpfs.target(), "exec,dev,nosuid," + (tmpfs.readOnly() ? "ro" : "rw") + size);
    points.add(new MountPoint(tmpfs.target(), true));
    report("tmpfs", tmpfs.target());
  }

  private void caches(List<MountRequest.Cache> wanted, StepOutput output) throws IOException {
    CacheLeases leases =
        places.caches.acquire(
            wanted,
            cache ->
                output.line(
                    "waiting for the cache directory " + cache.id() + ", which is in use", false));
    undo.add(leases::close);
    held.add(leases);
    rehearsal = places.rehearsal.get();
    undo.add(rehearsal::close);
    for (CacheLeases.CacheLease lease : leases.leases()) {
      MountRequest.Cache cache = lease.request();
      MountSource source = sources.cache(lease);
      if (lease.discard() && !cache.readOnly()) {
        show(source, cache.target(), false);
      } else {
        mount(source, cache.target(), cache.readOnly());
      }
      String hit = lease.cold() ? "COLD" : "WARM";
      reports.add(
          MountReport.local(
              "cache", cache.id(), cache.target(), hit, lease.bytes(), lease.waitMillis()));
    }
  }

  private void report(String type, String target) {
    reports.add(MountReport.local(type, "", target, "", 0, 0));
  }

  @Override
  public void close() throws IOException {
    undo.close();
  }
}
