package io.jenkins.plugins.dockerfilebuild.execution.docker;

import io.jenkins.plugins.dockerfilebuild.content.Digest;
import io.jenkins.plugins.dockerfilebuild.execution.CacheDirectories;
import io.jenkins.plugins.dockerfilebuild.execution.MountRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Properties;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Cache directories on this machine's disk. Each instance of one is a directory with its lock file
 * and a description beside it; the lock is the operating system's and ends with the process.
 *
 * <p>{@code shared} and {@code locked} use the first instance, and wait for each other (BuildKit
 * would hand out a second, empty directory); {@code private} takes an instance that nobody uses, or
 * makes one. As in BuildKit, another seed, owner or mode is another directory. Thread-safe, also
 * between processes.
 */
final class HostCacheDirectories implements CacheDirectories {

  /** How often a lock that another process holds is asked for again. */
  private static final long RETRY_MILLIS = 50;

  private static final String DATA = "data";
  private static final String LOCK = "lock";
  private static final String DESCRIPTION = "description";

  private final Path root;

  /** Instances that this process uses; guarded by this. */
  private final Map<Path, Use> uses = new HashMap<>();

  HostCacheDirectories(Path root) throws IOException {
    this.root = Files.createDirectories(root);
  }

  /** A use of one instance by this process, by several steps if it is shared. */
  private static final class Use {
    private final boolean shared;
    private final FileChannel channel;
    private int holders;

    Use(boolean shared, FileChannel channel) {
      this.shared = shared;
      this.channel = channel;
    }
  }

  /** Fills a new directory with its first content. */
  @FunctionalInterface
  interface Seed {
    void fill(Path directory) throws IOException;
  }

  /** A directory that a step may use until it closes this. */
  final class Lease implements AutoCloseable {

    private final Path instance;
    private final boolean warm;
    private final long waitedMillis;

    private Lease(Path instance, boolean warm, long waitedMillis) {
      this.instance = instance;
      this.warm = warm;
      this.waitedMillis = waitedMillis;
    }

    Path path() {
      return instance.resolve(DATA);
    }

    boolean warm() {
      return warm;
    }

    long waitedMillis() {
      return waitedMillis;
    }

    @Override
    public void close() {
      release(instance);
    }
  }

  /** Waits for a directory and, where it is new, makes it. */
  Lease acquire(MountRequest.Cache request, Optional<Seed> seed)
      throws IOException, InterruptedException {
    long begin = System.nanoTime();
    Path family = root.resolve(identity(request).hex());
    Files.createDirectories(family);
    Path instance = take(family, request.sharing());
    boolean complete = false;
    try {
      boolean warm = Files.isDirectory(instance.resolve(DATA));
      if (!warm) {
        make(instance, request, seed);
      }
      complete = true;
      return new Lease(instance, warm, (System.nanoTime() - begin) / 1_000_000);
    } finally {
      if (!complete) {
        release(instance);
      }
    }
  }

  private static Digest identity(MountRequest.Cache request) {
    return Digest.of(
        String.join(
            "\0",
            request.namespace(),
            request.id(),
            request.seedIdentity().orElse(""),
            request.mode() + " " + request.uid() + " " + request.gid()));
  }

  private synchronized Path take(Path family, String sharing)
      throws IOException, InterruptedException {
    boolean shared = sharing.equals("shared");
    for (int number = 0; ; ) {
      Path instance = family.resolve(String.valueOf(number));
      if (tryTake(instance, shared)) {
        return instance;
      }
      if (sharing.equals("private")) {
        number++;
      } else {
        wait(RETRY_MILLIS);
      }
    }
  }

  private boolean tryTake(Path instance, boolean shared) throws IOException {
    Use use = uses.get(instance);
    if (use != null) {
      boolean joins = use.shared && shared;
      use.holders += joins ? 1 : 0;
      return joins;
    }
    Files.createDirectories(instance);
    FileChannel channel =
        FileChannel.open(
            instance.resolve(LOCK),
            StandardOpenOption.READ,
            StandardOpenOption.WRITE,
            StandardOpenOption.CREATE);
    FileLock lock = channel.tryLock(0, Long.MAX_VALUE, shared);
    if (lock == null) {
      channel.close();
      return false;
    }
    Use first = new Use(shared, channel);
    first.holders = 1;
    uses.put(instance, first);
    return true;
  }

  private synchronized void release(Path instance) {
    Use use = uses.get(instance);
    if (use != null && --use.holders == 0) {
      uses.remove(instance);
      try {
        Files.setLastModifiedTime(instance.resolve(LOCK), FileTime.from(Instant.now()));
        use.channel.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } finally {
        notifyAll();
      }
    }
  }

  /** A directory is there under its name only once it is whole. */
  private static void make(Path instance, MountRequest.Cache request, Optional<Seed> seed)
      throws IOException {
    synchronized (HostCacheDirectories.class) {
      if (Files.isDirectory(instance.resolve(DATA))) {
        return;
      }
      Path draft = Files.createTempDirectory(instance, "draft");
      if (seed.isPresent()) {
        seed.get().fill(draft);
      }
      Files.setAttribute(draft, "unix:uid", request.uid());
      Files.setAttribute(draft, "unix:gid", request.gid());
      Files.setAttribute(draft, "unix:mode", request.mode());
      Properties description = new Properties();
      description.setProperty("namespace", request.namespace());
      description.setProperty("id", request.id());
      description.setProperty("created", String.valueOf(System.currentTimeMillis()));
      try (var out = Files.newOutputStream(instance.resolve(DESCRIPTION))) {
        description.store(out, null);
      }
      Files.move(draft, instance.resolve(DATA));
    }
  }

  @Override
  public List<CacheDirectory> list() {
    try (Stream<Path> instances = Files.find(root, 2, (path, a) -> isInstance(path))) {
      return instances.map(this::describe).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private boolean isInstance(Path path) {
    return path.getNameCount() == root.getNameCount() + 2
        && Files.isRegularFile(path.resolve(DESCRIPTION));
  }

  private CacheDirectory describe(Path instance) {
    Properties description = new Properties();
    try (var in = Files.newInputStream(instance.resolve(DESCRIPTION))) {
      description.load(in);
      long[] bytesAndFiles = measure(instance.resolve(DATA));
      return new CacheDirectory(
          description.getProperty("namespace", ""),
          description.getProperty("id", ""),
          root.relativize(instance).toString(),
          bytesAndFiles[0],
          bytesAndFiles[1],
          Long.parseLong(description.getProperty("created", "0")),
          Files.getLastModifiedTime(instance.resolve(LOCK)).toMillis(),
          isInUse(instance));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Bytes and files; the directory may change meanwhile, so what vanishes is passed over. */
  static long[] measure(Path directory) throws IOException {
    long[] sums = new long[2];
    try (Stream<Path> paths = Files.walk(directory)) {
      for (Path path : (Iterable<Path>) paths::iterator) {
        if (Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
          sums[0] += Files.size(path);
          sums[1]++;
        }
      }
    }
    return sums;
  }

  private synchronized boolean isInUse(Path instance) throws IOException {
    if (!tryTake(instance, false)) {
      return true;
    }
    FileTime used = Files.getLastModifiedTime(instance.resolve(LOCK));
    release(instance);
    Files.setLastModifiedTime(instance.resolve(LOCK), used);
    return false;
  }

  @Override
  public List<CacheDirectory> prune(
      Predicate<CacheDirectory> which, OptionalLong keepBytes, Duration olderThan) {
    List<CacheDirectory> candidates = new ArrayList<>(list());
    candidates.removeIf(which.negate());
    candidates.sort(Comparator.comparingLong(CacheDirectory::lastUsedMillis));
    long left = candidates.stream().mapToLong(CacheDirectory::bytes).sum();
    long newest = System.currentTimeMillis() - olderThan.toMillis();
    List<CacheDirectory> removed = new ArrayList<>();
    for (CacheDirectory directory : candidates) {
      boolean wanted = keepBytes.isEmpty() || left > keepBytes.getAsLong();
      if (wanted && directory.lastUsedMillis() <= newest && remove(directory)) {
        left -= directory.bytes();
        removed.add(directory);
      }
    }
    return removed;
  }

  private synchronized boolean remove(CacheDirectory directory) {
    Path instance = root.resolve(directory.instance());
    try {
      if (!tryTake(instance, false)) {
        return false;
      }
      try {
        Directories.remove(instance.resolve(DATA));
        Files.deleteIfExists(instance.resolve(DESCRIPTION));
      } finally {
        release(instance);
      }
      return true;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
