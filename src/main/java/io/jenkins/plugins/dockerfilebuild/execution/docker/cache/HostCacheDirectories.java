package io.jenkins.plugins.dockerfilebuild.execution.docker.cache;

import io.jenkins.plugins.dockerfilebuild.cachedirectory.CacheKey;
import io.jenkins.plugins.dockerfilebuild.cachedirectory.CacheSharing;
import io.jenkins.plugins.dockerfilebuild.execution.CacheDirectories;
import io.jenkins.plugins.dockerfilebuild.execution.CacheLimits;
import io.jenkins.plugins.dockerfilebuild.execution.MountRequest;
import io.jenkins.plugins.dockerfilebuild.execution.docker.cache.CacheLeases.CacheLease;
import io.jenkins.plugins.dockerfilebuild.execution.docker.files.HostLock;
import io.jenkins.plugins.dockerfilebuild.execution.docker.files.TransferException;
import io.jenkins.plugins.dockerfilebuild.execution.docker.transfer.ImageContents;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Predicate;

/**
 * Cache directories on this machine's disk, one directory per {@link CacheKey} below the state
 * directory. Thread-safe, and safe between processes: {@link CacheInstances} says who gets what and
 * {@link HostLock} how; a process that dies lets go of what it held, and a directory that it was
 * still seeding is begun anew.
 */
public final class HostCacheDirectories implements CacheDirectories {

  /** Where new directories take their first content from: {@link ImageContents#extract}. */
  @FunctionalInterface
  public interface Seeds {

    /** Writes what {@code path} of an image holds to {@code target}, which must not exist. */
    void extract(String imageId, String path, Path target) throws IOException;
  }

  /** Is told that a step waits for a cache directory. */
  @FunctionalInterface
  public interface WaitListener {
    void waitingFor(MountRequest.Cache request);
  }

  private final Path root;
  private final Seeds seeds;
  private final InstantSource clock;
  private final Executor background;
  private final CacheInventory inventory;
  private final HostCacheReplicas replicas;

  /**
   * @param root a directory of this class alone, made when it is needed
   * @param background counts what a directory holds after each use
   */
  HostCacheDirectories(Path root, Seeds seeds, InstantSource clock, Executor background) {
    this(root, seeds, clock, background, () -> {});
  }

  /**
   * @param reaper ends containers that dead processes left running
   */
  public HostCacheDirectories(
      Path root,
      Seeds seeds,
      InstantSource clock,
      Executor background,
      HostCacheReplicas.Reaper reaper) {
    this(root, seeds, clock, background, reaper, Optional.empty());
  }

  private HostCacheDirectories(
      Path root,
      Seeds seeds,
      InstantSource clock,
      Executor background,
      HostCacheReplicas.Reaper reaper,
      Optional<CacheVolumes> volumes) {
    this.root = root;
    this.seeds = seeds;
    this.clock = clock;
    this.background = background;
    this.inventory = new CacheInventory(root, clock, volumes);
    this.replicas = new HostCacheReplicas(root, inventory, reaper);
  }

  /**
   * Cache directories that steps see in volumes of the engine; those on this disk are copies.
   *
   * @param root a directory of this class alone, made when it is needed
   * @param reaper ends containers that dead processes left running
   */
  public static HostCacheDirectories inVolumes(
      Path root,
      CacheVolumes volumes,
      InstantSource clock,
      Executor background,
      HostCacheReplicas.Reaper reaper) {
    Seeds none =
        (image, path, target) -> {
          throw new IOException("seeds go to volumes here");
        };
    return new HostCacheDirectories(root, none, clock, background, reaper, Optional.of(volumes));
  }

  /**
   * Takes the directories of one RUN, waiting for those that others hold. Requests with equal keys
   * get the same directory; if their sharing modes differ, the most exclusive one counts. Keys are
   * taken in an order that is the same everywhere, so RUNs with several locked caches cannot wait
   * for each other in a circle.
   *
   * @throws TransferException a request cannot be served as it is written
   * @throws java.io.InterruptedIOException interrupted while waiting; nothing is held then
   */
  public CacheLeases acquire(List<MountRequest.Cache> requests, WaitListener listener)
      throws IOException {
    Map<String, List<MountRequest.Cache>> byKey = new TreeMap<>();
    for (MountRequest.Cache request : requests) {
      if (request.use().isEmpty()) {
        byKey.computeIfAbsent(request.key().hex(), k -> new ArrayList<>()).add(request);
      }
    }
    Map<String, HeldInstance> held = new LinkedHashMap<>();
    List<CacheUse> begun = new ArrayList<>();
    boolean done = false;
    try {
      for (Map.Entry<String, List<MountRequest.Cache>> key : byKey.entrySet()) {
        held.put(key.getKey(), hold(key.getKey(), key.getValue(), listener));
      }
      List<CacheLease> leases = new ArrayList<>();
      for (MountRequest.Cache request : requests) {
        leases.add(
            request.use().isPresent()
                ? leaseOfUse(request, replicas.use(request.use().get()), begun)
                : lease(request, held.get(request.key().hex())));
      }
      done = true;
      return new CacheLeases(
          leases,
          () -> {
            noteEnd(leases);
            release(held.values(), begun);
          });
    } finally {
      if (!done) {
        release(held.values(), begun);
      }
    }
  }

  private HeldInstance hold(String hex, List<MountRequest.Cache> requests, WaitListener listener)
      throws IOException {
    MountRequest.Cache first = requests.get(0);
    Path home = root.resolve(hex);
    inventory.introduce(home, first.key());
    CacheSharing sharing =
        requests.stream()
            .map(MountRequest.Cache::sharing)
            .max(Comparator.naturalOrder())
            .orElseThrow();
    return inventory.instances(home).hold(sharing, () -> listener.waitingFor(first));
  }

  /**
   * The directory that {@link HostCacheReplicas#open} took; it is let go by its own close, but not
   * before the step has ended.
   */
  private CacheLease leaseOfUse(MountRequest.Cache request, CacheUse use, List<CacheUse> begun)
      throws IOException {
    use.beginStep();
    begun.add(use);
    return lease(request, use.instance(), use.discards(), use.waitMillis());
  }

  private CacheLease lease(MountRequest.Cache request, HeldInstance held) throws IOException {
    // A step that nobody brought the directory up for changes it all the same.
    held.instance().replica().markInUse();
    return lease(request, held.instance(), false, held.waitMillis());
  }

  private CacheLease lease(
      MountRequest.Cache request, CacheInstance instance, boolean discard, long waitMillis)
      throws IOException {
    boolean made =
        instance.volumes().isPresent()
            ? prepared(request, instance, discard)
            : made(request, instance);
    long bytes = instance.noteStep(clock.millis()).bytes();
    return new CacheLease(request, instance, made, discard, bytes, waitMillis);
  }

  private boolean made(MountRequest.Cache request, CacheInstance instance) throws IOException {
    String source = CacheInstance.sourceOf(request);
    boolean[] made = {false};
    if (!instance.exists() || !Files.isDirectory(instance.path(source))) {
      HostLock.exclusive(instance.makingFile())
          .releaseAfter(() -> made[0] = instance.make(source, path -> seed(request, path)));
    }
    return made[0];
  }

  private static boolean prepared(
      MountRequest.Cache request, CacheInstance instance, boolean discard) throws IOException {
    boolean[] made = {false};
    HostLock.exclusive(instance.makingFile())
        .releaseAfter(
            () ->
                made[0] = instance.volumes().orElseThrow().of(instance).prepare(request, discard));
    return made[0];
  }

  private void seed(MountRequest.Cache request, Path directory) throws IOException {
    CacheKey key = request.key();
    if (request.seedImage().isEmpty()) {
      CacheInstance.makeEmpty(directory, key);
      return;
    }
    seeds.extract(request.seedImage().get(), CacheInstance.sourceOf(request), directory);
    if (!Files.isDirectory(directory)) {
      throw new TransferException(
          "source=%s of a cache mount is not a directory in its from=".formatted(request.source()));
    }
    if (key.mode() != CacheKey.DEFAULT_MODE || key.uid() != 0 || key.gid() != 0) {
      CacheInstance.setAttributes(directory, key.mode(), key.uid(), key.gid());
    }
  }

  /** The one place where a use ends: what was counted before is out of date from here on. */
  private void noteEnd(List<CacheLease> leases) {
    for (CacheInstance instance : leases.stream().map(CacheLease::instance).distinct().toList()) {
      try {
        instance.noteUse(clock.millis());
      } catch (IOException e) {
        // It is let go all the same; only when it was last used is not known exactly.
      }
    }
  }

  private void release(Iterable<HeldInstance> held, Iterable<CacheUse> begun) {
    for (CacheUse use : begun) {
      try {
        use.leave();
      } catch (IOException e) {
        // As below.
      }
    }
    for (HeldInstance one : held) {
      try {
        one.lock().close();
        countLater(one.instance());
      } catch (IOException e) {
        // The operating system lets it go at the latest when this process ends.
      }
    }
  }

  private void countLater(CacheInstance instance) {
    try {
      background.execute(
          () -> {
            try {
              instance.count(clock.millis());
            } catch (IOException e) {
              // Removed meanwhile, or counted when somebody asks.
            }
          });
    } catch (RejectedExecutionException e) {
      // This agent ends; it is counted when somebody asks.
    }
  }

  /** The same directories as replicas of versions. */
  public HostCacheReplicas replicas() {
    return replicas;
  }

  @Override
  public List<CacheDirectory> list() {
    try {
      return inventory.list();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot list the cache directories in " + root, e);
    }
  }

  @Override
  public List<CacheDirectory> prune(Predicate<CacheDirectory> which, CacheLimits limits) {
    try {
      return inventory.prune(which, limits);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot prune the cache directories in " + root, e);
    }
  }
}
