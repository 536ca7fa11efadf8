package io.jenkins.plugins.dockerfilebuild.execution.docker.cache;

import io.jenkins.plugins.dockerfilebuild.cachedirectory.CacheSharing;
import io.jenkins.plugins.dockerfilebuild.execution.docker.files.HostLock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The directories of one cache and who gets which. Number 0 is the one that {@code shared} and
 * {@code locked} mean; {@code private} takes whichever is idle, so the others exist only where
 * private uses overlapped.
 *
 * <table>
 * <caption>Sharing</caption>
 * <tr><td>shared</td><td>number 0, together with others who share; waits while it is held by a
 *     locked or private use. BuildKit begins a second, empty directory instead; waiting is what
 *     users expect of a lock (moby/buildkit#2459, #7088)</td></tr>
 * <tr><td>locked</td><td>number 0 alone; waits for whoever has it</td></tr>
 * <tr><td>private</td><td>any that is idle, alone; a new one if none is; never waits</td></tr>
 * </table>
 *
 * @param home the directory of the cache's key
 * @param volumes as in {@link CacheInstance}
 */
record CacheInstances(Path home, Optional<CacheVolumes> volumes) {

  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,9}");

  /** The directory of a number, which need not exist. */
  CacheInstance instance(int number) {
    return new CacheInstance(home, number, volumes);
  }

  /** Those that exist, by number. */
  List<CacheInstance> existing() throws IOException {
    if (!Files.isDirectory(home)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(home)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> NUMBER.matcher(name).matches())
          .map(name -> instance(Integer.parseInt(name)))
          .filter(CacheInstance::exists)
          .sorted((a, b) -> Integer.compare(a.number(), b.number()))
          .toList();
    }
  }

  /**
   * Takes a directory, which need not exist yet.
   *
   * @param onWait told once if the caller has to wait
   */
  HeldInstance hold(CacheSharing sharing, Runnable onWait) throws IOException {
    return switch (sharing) {
      case SHARED -> holdFirst(true, onWait);
      case LOCKED -> holdFirst(false, onWait);
      case PRIVATE -> holdIdle();
    };
  }

  private HeldInstance holdFirst(boolean shared, Runnable onWait) throws IOException {
    CacheInstance first = instance(0);
    Path file = first.lockFile();
    Optional<HostLock> free = shared ? HostLock.tryShared(file) : HostLock.tryExclusive(file);
    if (free.isPresent()) {
      return new HeldInstance(first, free.get(), 0);
    }
    onWait.run();
    long start = System.nanoTime();
    HostLock lock = shared ? HostLock.shared(file) : HostLock.exclusive(file);
    return new HeldInstance(first, lock, TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start));
  }

  private HeldInstance holdIdle() throws IOException {
    List<CacheInstance> candidates = new ArrayList<>(existing());
    for (int number = 0; ; number++) {
      CacheInstance candidate =
          number < candidates.size()
              ? candidates.get(number)
              : instance(number - candidates.size());
      Optional<HostLock> lock = HostLock.tryExclusive(candidate.lockFile());
      if (lock.isPresent()) {
        return new HeldInstance(candidate, lock.get(), 0);
      }
    }
  }
}
