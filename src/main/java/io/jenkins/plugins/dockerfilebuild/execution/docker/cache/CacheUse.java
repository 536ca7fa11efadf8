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

  private static final int ATTEMPTS = 3;

  private final CacheKey key;
  private final CacheSharing sharing;
  private final boolean discard;
  private final CacheInstance instance;
  private final long waitMillis;
  private HostLock lock;

  /** Whether nobody else can be in the directory. */
  private boolean alone;

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
  }

  BringUp bringUp() throws IOException {
    return bringUp.orElseThrow(() -> new IOException("nothing is being brought up"));
  }

  /** Makes the directory so; answers how many files are missing. */
  int apply(long number, long publishedMillis) throws IOException {
    requireAlone();
    BringUp begun = bringUp();
    bringUp = Optional.empty();
    return begun.apply(number, publishedMillis);
  }

  private void requireAlone() throws IOException {
    if (!alone) {
      throw new IOException("others use the cache directory " + key.id());
    }
  }

  /** A step is about to change the directory; those who share it may come in. */
  void beginStep() throws IOException {
    if (!discard) {
      replica().markInUse();
    }
    if (sharing == CacheSharing.SHARED && alone) {
      lock.close();
      lock = HostLock.shared(instance.lockFile());
      alone = false;
    }
  }

  /** Waits for nobody: false if others use the directory, who will see to it when they leave. */
  boolean becomeAlone() throws IOException {
    if (!alone) {
      lock.close();
    }
    for (int attempt = 0; !alone && attempt < ATTEMPTS; attempt++) {
      // Who lists directories looks by taking the lock for an instant.
      Optional<HostLock> free = HostLock.tryExclusive(instance.lockFile());
      if (free.isPresent()) {
        lock = free.get();
        alone = true;
      }
    }
    return alone;
  }

  /**
   * Whether the directory may hold something new. What a step wrote that is discarded went
   * elsewhere, but others may have changed the directory meanwhile and left before.
   */
  boolean mayHaveChanged() throws IOException {
    return discard ? replica().isMarkedInUse() : replica().exists();
  }

  @Override
  public void close() throws IOException {
    try {
      if (bringUp.isPresent()) {
        bringUp.get().close();
      }
    } finally {
      lock.close();
    }
  }
}
