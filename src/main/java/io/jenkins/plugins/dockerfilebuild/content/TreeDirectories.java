package io.jenkins.plugins.dockerfilebuild.content;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Directories on an agent that hold exactly a tree each, to be mounted read-only. Files come from
 * the {@link ContentStore}, by hard link where that is safe; modes are those of the tree, times
 * those that it carries (else: when a file was placed here, so that {@code make} takes a changed
 * file for newer), owner and group those of this process, root as a rule.
 *
 * <p>A directory that nobody uses is not removed at once: the next tree that resembles it is made
 * of it, by changing what differs only. While it is leased nobody changes it, so users must not
 * either: a hard link reaches into the store.
 *
 * <p>Thread-safe, and safe between processes: each directory is locked by the process that uses it,
 * and the lock ends with the process. Within a process equal trees share a directory.
 */
public final class TreeDirectories {

  /**
   * Below this share of equal entries, changing a directory costs more than making one: what goes
   * has to be removed, one by one, before the step can begin.
   */
  private static final double SIMILAR = 0.5;

  private final Path root;
  private final ContentStore store;
  private final int maxIdle;
  private final RecentTrees recent = new RecentTrees();
  private final Map<TreeDirectory.Identity, Use> uses = new ConcurrentHashMap<>();
  // Directories that this instance holds.
  private final AtomicInteger inUse = new AtomicInteger();

  private TreeDirectories(Path root, ContentStore store, int maxIdle) {
    this.root = root;
    this.store = store;
    this.maxIdle = maxIdle;
  }

  /**
   * @param root made if there is none, on the file system of {@code store} so that links work
   * @param maxIdle directories to keep when nobody uses them
   */
  public static TreeDirectories open(Path root, ContentStore store, int maxIdle)
      throws IOException {
    Files.createDirectories(root);
    return new TreeDirectories(root.toRealPath(), store, maxIdle);
  }

  /** The use of a directory; {@link #close} ends it. */
  public static final class Lease implements AutoCloseable {

    private final Path path;
    private final Runnable release;
    // Whether it was closed; a second close must not end another's use.
    private boolean closed;

    private Lease(Path path, Runnable release) {
      this.path = path;
      this.release = release;
    }

    /** Holds the tree: a directory, or the file that is the tree's root. */
    public Path path() {
      return path;
    }

    @Override
    public synchronized void close() {
      if (!closed) {
        closed = true;
        release.run();
      }
    }
  }

  /** A directory in use by this process, or about to be. Guards itself. */
  private static final class Use {
    private int leases;
    // Set while leases > 0.
    private TreeDirectory directory;
    private ProcessLock lock;
    // Set when the last lease is gone; whoever found this in the map looks again.
    private boolean over;
  }

  /** A tree that was asked for before, if it is still in memory. */
  public Optional<Tree> recent(Digest tree, Optional<Digest> times) {
    return recent.find(new TreeDirectory.Identity(tree, times));
  }

  /**
   * A directory that holds {@code tree}, unchanged until the lease is closed.
   *
   * @throws ContentMissingException the store lacks one of the tree's files: store it, ask again
   */
  public Lease acquire(Tree tree) throws IOException {
    TreeDirectory.Identity identity = TreeDirectory.Identity.of(tree);
    recent.remember(identity, tree);
    while (true) {
      Use use = uses.computeIfAbsent(identity, i -> new Use());
      synchronized (use) {
        if (use.over) {
          continue;
        }
        if (use.leases == 0) {
          begin(use, identity, tree);
        }
        use.leases++;
        return new Lease(use.directory.content(), () -> release(identity, use));
      }
    }
  }

  private void begin(Use use, TreeDirectory.Identity identity, Tree tree) throws IOException {
    try {
      if (!reuse(use, identity, tree)) {
        make(use, tree);
      }
    } finally {
      if (use.directory == null) {
        end(identity, use);
      } else {
        inUse.incrementAndGet();
      }
    }
  }

  private void release(TreeDirectory.Identity identity, Use use) {
    synchronized (use) {
      if (--use.leases > 0) {
        return;
      }
      end(identity, use);
      inUse.decrementAndGet();
      try {
        use.directory.markUsed(Instant.now());
        use.lock.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private void end(TreeDirectory.Identity identity, Use use) {
    use.over = true;
    uses.remove(identity, use);
  }

  private boolean reuse(Use use, TreeDirectory.Identity identity, Tree tree) throws IOException {
    for (TreeDirectory directory : byLikeness(identity, tree)) {
      Optional<ProcessLock> lock = directory.tryLock();
      if (lock.isPresent()) {
        if (bring(directory, identity, tree, lock.get())) {
          use.directory = directory;
          use.lock = lock.get();
          return true;
        }
      }
    }
    return false;
  }

  /** Releases the lock unless the directory, in the end, holds the tree. */
  private boolean bring(
      TreeDirectory directory, TreeDirectory.Identity identity, Tree tree, ProcessLock lock)
      throws IOException {
    boolean done = false;
    try {
      // Between the choice and the lock another process may have changed it.
      if (directory.header().filter(h -> h.identity().equals(identity)).isPresent()) {
        done = true;
      } else {
        Optional<Tree> before = tree(directory);
        if (before.isPresent()) {
          directory.change(before, tree, store);
          done = true;
        }
      }
      return done;
    } finally {
      if (!done) {
        lock.close();
      }
    }
  }

  private Optional<Tree> tree(TreeDirectory directory) {
    return directory.header().flatMap(h -> recent.find(h.identity())).or(directory::tree);
  }

  /** Directories that hold the tree, then those that resemble it enough, most alike first. */
  private List<TreeDirectory> byLikeness(TreeDirectory.Identity identity, Tree tree)
      throws IOException {
    record Candidate(TreeDirectory directory, double likeness) {}

    TreeSketch sketch = TreeSketch.of(tree);
    List<Candidate> candidates = new ArrayList<>();
    for (TreeDirectory directory : list()) {
      Optional<TreeDirectory.Header> header = directory.header();
      if (header.isPresent()) {
        boolean same = header.get().identity().equals(identity);
        candidates.add(
            new Candidate(directory, same ? 2 : sketch.similarity(header.get().sketch())));
      }
    }
    return candidates.stream()
        .filter(candidate -> candidate.likeness() >= SIMILAR)
        .sorted(Comparator.comparing(Candidate::likeness).reversed())
        .map(Candidate::directory)
        .toList();
  }

  private void make(Use use, Tree tree) throws IOException {
    // One less, as the new one will be idle too.
    removeIdle(Math.max(0, maxIdle - 1), Duration.ZERO);
    while (use.lock == null) {
      TreeDirectory directory =
          new TreeDirectory(
              root.resolve("%016x".formatted(ThreadLocalRandom.current().nextLong())));
      Optional<ProcessLock> lock =
          directory.create() ? directory.tryLock() : Optional.<ProcessLock>empty();
      if (lock.isPresent()) {
        fill(directory, lock.get(), tree);
        use.directory = directory;
        use.lock = lock.get();
      }
    }
  }

  private void fill(TreeDirectory directory, ProcessLock lock, Tree tree) throws IOException {
    boolean filled = false;
    try {
      directory.change(Optional.empty(), tree, store);
      filled = true;
    } finally {
      if (!filled) {
        removeAndUnlock(directory, lock);
      }
    }
  }

  private static void removeAndUnlock(TreeDirectory directory, ProcessLock lock)
      throws IOException {
    try {
      directory.remove();
    } finally {
      lock.close();
    }
  }

  /**
   * Removes directories that nobody uses and that were not used for {@code olderThan}, and whatever
   * interrupted processes left.
   *
   * @return how many
   */
  public int prune(Duration olderThan) throws IOException {
    return removeIdle(0, olderThan);
  }

  private int removeIdle(int keep, Duration olderThan) throws IOException {
    Instant limit = Instant.now().minus(olderThan);
    List<TreeDirectory> longestUnusedFirst = new ArrayList<>(list());
    longestUnusedFirst.sort(Comparator.comparing(TreeDirectory::lastUsed));
    int excess = longestUnusedFirst.size() - inUse.get() - keep;
    int removed = 0;
    for (TreeDirectory directory : longestUnusedFirst) {
      boolean broken = directory.header().isEmpty();
      if (broken || (removed < excess && !directory.lastUsed().isAfter(limit))) {
        Optional<ProcessLock> lock = directory.tryLock();
        if (lock.isPresent()) {
          removeAndUnlock(directory, lock.get());
          removed++;
        }
      }
    }
    return removed;
  }

  private List<TreeDirectory> list() throws IOException {
    List<TreeDirectory> all = new ArrayList<>();
    try (DirectoryStream<Path> homes = Files.newDirectoryStream(root)) {
      for (Path home : homes) {
        all.add(new TreeDirectory(home));
      }
    }
    return all;
  }
}
