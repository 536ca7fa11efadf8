package io.jenkins.plugins.dockerfilebuild.execution.docker.cache;

import io.jenkins.plugins.dockerfilebuild.cachedirectory.BringUp;
import io.jenkins.plugins.dockerfilebuild.cachedirectory.CacheKey;
import io.jenkins.plugins.dockerfilebuild.cachedirectory.CacheManifest;
import io.jenkins.plugins.dockerfilebuild.cachedirectory.CacheSharing;
import io.jenkins.plugins.dockerfilebuild.cachedirectory.IncomingPatch;
import io.jenkins.plugins.dockerfilebuild.cachedirectory.Kept;
import io.jenkins.plugins.dockerfilebuild.cachedirectory.Replica;
import io.jenkins.plugins.dockerfilebuild.content.Digest;
import io.jenkins.plugins.dockerfilebuild.execution.docker.files.HostLock;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * One use of a cache's directory: held alone while it is brought up and while it is scanned, and in
 * between, while steps run, as its sharing mode says. So nobody walks through a directory that a
 * step is changing, which could lead anywhere. Calls come one after the other.
 */
final class CacheUse implements AutoCloseable {

  private final CacheKey key;
  private final CacheSharing sharing;
  private final boolean discard;
  private final CacheInstance instance;
  private final long waitMillis;
  private HostLock lock;

  /** Whether nobody else can be in the directory. */
  private boolean alone;

  /** Steps that run in the directory, and calls that read or change all of it; guarded by this. */
  private int inside;

  /** Whether the lock goes when nobody is inside any more; guarded by this. */
  private boolean closed;

  private Optional<IncomingPatch> patch = Optional.empty();
  private Optional<BringUp> bringUp = Optional.empty();

  private CacheUse(
      CacheKey key, CacheSharing sharing, boolean discard, HeldInstance held, boolean alone) {
    this.key = key;
    this.sharing = sharing;
    this.discard = discard;
    this.instance = held.instance();
    this.lock = held.lock();
    this.waitMillis = held.waitMillis();
    this.alone = alone;
  }

  /** Takes a directory: alone if that is possible, else together with those who share it now. */
  static CacheUse take(
      CacheKey key, CacheInstances instances, CacheSharing sharing, boolean discard)
      throws IOException {
    if (sharing == CacheSharing.SHARED) {
      CacheInstance first = instances.instance(0);
      Optional<HostLock> free = HostLock.tryExclusive(first.lockFile());
      if (free.isPresent()) {
        return new CacheUse(key, sharing, discard, new HeldInstance(first, free.get(), 0), true);
      }
    }
    HeldInstance held = instances.hold(sharing, () -> {});
    return new CacheUse(key, sharing, discard, held, sharing != CacheSharing.SHARED);
  }

  CacheKey key() {
    return key;
  }

  CacheInstance instance() {
    return instance;
  }

  Replica replica() {
    return instance.replica();
  }

  /** Whether what the step writes is thrown away. */
  boolean discards() {
    return discard;
  }

  boolean isAlone() {
    return alone;
  }

  long waitMillis() {
    return waitMillis;
  }

  /** Where a patch from another agent is gathered. */
  IncomingPatch patch() throws IOException {
    requireAlone();
    if (patch.isEmpty()) {
      patch = Optional.of(IncomingPatch.begin(replica()));
    }
    return patch.get();
  }

  /** Finds out what the directory lacks of a manifest that the patch makes. */
  BringUp plan(Digest manifest, Kept kept, List<Replica> others) throws IOException {
    enter();
    try {
      requireAlone();
      CacheManifest wanted =
          patch.isPresent()
              ? patch.get().apply(manifest)
              : replica()
                  .manifest(manifest)
                  .orElseThrow(() -> new IOException("no patch came for " + manifest));
      patch = Optional.empty();
      BringUp begun = BringUp.plan(replica(), wanted, kept, others);
      bringUp = Optional.of(begun);
      return begun;
    } finally {
      leave();
    }
  }

  BringUp bringUp() throws IOException {
    return bringUp.orElseThrow(() -> new IOException("nothing is being brought up"));
  }

  /** Makes the directory so; answers how many files are missing. */
  int apply(long number, long publishedMillis) throws IOException {
    enter();
    try {
      requireAlone();
      BringUp begun = bringUp();
      bringUp = Optional.empty();
      return begun.apply(number, publishedMillis);
    } finally {
      leave();
    }
  }

  private void requireAlone() throws IOException {
    if (!alone) {
      throw new IOException("others use the cache directory " + key.id());
    }
  }

  /**
   * A step is about to change the directory; those who share it may come in. To be followed by
   * {@link #leave} when nothing of the step is there any more, unless it throws.
   */
  void beginStep() throws IOException {
    enter();
    boolean done = false;
    try {
      if (!discard) {
        replica().markInUse();
      }
      share();
      done = true;
    } finally {
      if (!done) {
        leave();
      }
    }
  }

  private void share() throws IOException {
    if (sharing == CacheSharing.SHARED && alone) {
      lock.close();
      // Whoever is interrupted while he waits has no lock: others may be inside then.
      alone = false;
      lock = HostLock.shared(instance.lockFile());
    }
  }

  /** Keeps the directory from others until {@link #leave}, also if it is closed before. */
  private synchronized void enter() throws IOException {
    if (closed) {
      throw new IOException("the use of the cache directory " + key.id() + " has ended");
    }
    inside++;
  }

  /** A step has ended, or a call. */
  synchronized void leave() throws IOException {
    inside--;
    if (closed && inside == 0) {
      lock.close();
    }
  }

  /**
   * Finds out what the directory holds. Waits for nobody.
   *
   * @return empty if others use the directory, who will see to it when they leave, if a step of
   *     this use is still in it, or if nobody has changed it
   */
  Optional<Replica.Scanned> scan() throws IOException {
    if (!becomeAlone() || !mayHaveChanged()) {
      return Optional.empty();
    }
    enter();
    try {
      return Optional.of(replica().scan());
    } finally {
      leave();
    }
  }

  private boolean becomeAlone() throws IOException {
    if (isInside()) {
      return false;
    }
    alone = alone || lock.becomeExclusiveOrClose();
    return alone;
  }

  private synchronized boolean isInside() {
    return inside > 0;
  }

  /**
   * Whether the directory may hold something new. What a step wrote that is discarded went
   * elsewhere, but others may have changed the directory meanwhile and left before.
   */
  private boolean mayHaveChanged() throws IOException {
    return discard ? replica().isMarkedInUse() : replica().exists();
  }

  /**
   * Lets the directory go: at once, or when the step has ended that still runs in it, as where the
   * caller is gone and the step's container is not yet.
   */
  @Override
  public void close() throws IOException {
    try {
      if (bringUp.isPresent()) {
        bringUp.get().close();
      }
    } finally {
      closeLock();
    }
  }

  private synchronized void closeLock() throws IOException {
    closed = true;
    if (inside == 0) {
      lock.close();
    }
  }
}
