package io.jenkins.plugins.dockerfilebuild.execution.docker.cache;

import io.jenkins.plugins.dockerfilebuild.cachedirectory.BringUp;
import io.jenkins.plugins.dockerfilebuild.cachedirectory.CacheKey;
import io.jenkins.plugins.dockerfilebuild.cachedirectory.CacheManifest;
import io.jenkins.plugins.dockerfilebuild.cachedirectory.CacheSharing;
import io.jenkins.plugins.dockerfilebuild.cachedirectory.Kept;
import io.jenkins.plugins.dockerfilebuild.cachedirectory.PatchFiles;
import io.jenkins.plugins.dockerfilebuild.cachedirectory.Replica;
import io.jenkins.plugins.dockerfilebuild.cachedirectory.ReplicaReader;
import io.jenkins.plugins.dockerfilebuild.content.Bytes;
import io.jenkins.plugins.dockerfilebuild.content.Digest;
import io.jenkins.plugins.dockerfilebuild.execution.CacheReplicas;
import io.jenkins.plugins.dockerfilebuild.execution.docker.files.HostLock;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The replicas below a state directory of this machine. What a use holds goes with this process.
 * Thread-safe; calls for one use come one after the other, but for {@link #writeChunks}.
 */
public final class HostCacheReplicas implements CacheReplicas {

  private static final int READERS = 4;

  private final Path root;
  private final CacheInventory inventory;
  private final Reaper reaper;
  private final boolean ofThisMachine;
  private final Map<String, CacheUse> uses = new ConcurrentHashMap<>();

  /** Replicas that others read from, with an index each; those that were asked for last. */
  private final Map<Path, ReplicaReader> readers =
      Collections.synchronizedMap(
          new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<Path, ReplicaReader> eldest) {
              return size() > READERS;
            }
          });

  /** Ends what dead processes left running. */
  @FunctionalInterface
  public interface Reaper {
    void reap() throws IOException;
  }

  /** Those of an agent. */
  public HostCacheReplicas(Path root, CacheInventory inventory, Reaper reaper) {
    this(root, inventory, reaper, true);
  }

  private HostCacheReplicas(
      Path root, CacheInventory inventory, Reaper reaper, boolean ofThisMachine) {
    this.root = root;
    this.reaper = reaper;
    this.inventory = inventory;
    this.ofThisMachine = ofThisMachine;
  }

  /**
   * Those of a vault: several machines may see it, so that the start of one says nothing, and no
   * step takes a file from it that is not verified.
   */
  public static HostCacheReplicas ofVault(Path root, CacheInventory inventory) {
    return new HostCacheReplicas(root, inventory, () -> {}, false);
  }

  @Override
  public List<HeldVersion> inventory() {
    try {
      List<HeldVersion> held = new ArrayList<>();
      for (CacheInventory.Home home : inventory.homes()) {
        for (CacheInstance instance : home.instances().existing()) {
          instance.replica().origin().ifPresent(h -> held.add(told(home.key(), h)));
        }
      }
      return held;
    } catch (IOException e) {
      throw new java.io.UncheckedIOException("cannot list the cache directories in " + root, e);
    }
  }

  private static HeldVersion told(CacheKey key, Replica.Held held) {
    return new HeldVersion(
        key, held.number(), held.manifest(), held.files(), held.bytes(), held.publishedMillis());
  }

  @Override
  public Use open(CacheKey key, CacheSharing sharing, boolean discard) throws IOException {
    Path home = root.resolve(key.hex());
    inventory.introduce(home, key);
    CacheUse use = CacheUse.take(key, inventory.instances(home), sharing, discard);
    boolean done = false;
    try {
      Use opened = describe(UUID.randomUUID().toString(), use);
      uses.put(opened.handle(), use);
      done = true;
      return opened;
    } finally {
      if (!done) {
        // Nobody knows its handle: it would be held as long as this process lives.
        use.close();
      }
    }
  }

  private Use describe(String handle, CacheUse use) throws IOException {
    if (use.isAlone() && use.replica().isBroken()) {
      use.instance().remove();
    }
    Replica replica = use.replica();
    if (use.isAlone() && ofThisMachine) {
      replica.doubtAfterRestart();
    }
    if (use.isAlone() && replica.isDirty()) {
      // Its lock went with a process that died; the container that it had started may still write.
      reaper.reap();
    }
    Optional<Digest> known = replica.exists() ? Optional.of(replica.known()) : Optional.empty();
    return new Use(
        handle,
        replica.held().map(held -> told(use.key(), held)),
        known,
        use.isAlone(),
        use.waitMillis());
  }

  /** The directory of a use, for a step that is about to run. */
  CacheUse use(String handle) throws IOException {
    CacheUse use = uses.get(handle);
    if (use == null) {
      throw new IOException("the use of a cache directory has ended: " + handle);
    }
    return use;
  }

  @Override
  public Bytes readPatch(CacheKey key, Digest manifest, Optional<Digest> base, long offset)
      throws IOException {
    for (CacheInstance instance : instances(key)) {
      Replica replica = instance.replica();
      if (replica.manifest(manifest).isPresent()) {
        return new PatchFiles(replica).read(manifest, base, offset, BATCH_BYTES);
      }
    }
    throw new IOException("this agent does not know the manifest " + manifest);
  }

  @Override
  public void writePatch(String use, Bytes part) throws IOException {
    use(use).patch().append(part);
  }

  @Override
  public Target target(String handle, Digest manifest, Kept kept) throws IOException {
    CacheUse use = use(handle);
    List<Replica> others =
        instances(use.key()).stream()
            .filter(other -> other.number() != use.instance().number())
            .map(CacheInstance::replica)
            .toList();
    BringUp bringUp = use.plan(manifest, kept, others);
    CacheManifest target = bringUp.target();
    return new Target(
        target.digest(),
        target.files(),
        target.bytes(),
        bringUp.lackingChunks(),
        bringUp.lackingBytes(),
        bringUp.reusedChunks(),
        bringUp.reusedBytes(),
        bringUp.conflicts());
  }

  @Override
  public List<Chunk> lacking(String use, Range range) throws IOException {
    return use(use).bringUp().lacking(range.from(), range.count()).stream()
        .map(chunk -> new Chunk(chunk.digest(), chunk.length()))
        .toList();
  }

  @Override
  public Bytes readChunks(CacheKey key, Digest manifest, List<Digest> chunks) throws IOException {
    for (CacheInstance instance : instances(key)) {
      Replica replica = instance.replica();
      if (replica.known().equals(manifest)) {
        return reader(replica, manifest).read(chunks, BATCH_BYTES);
      }
    }
    for (CacheInstance instance : instances(key)) {
      Replica replica = instance.replica();
      if (replica.manifest(manifest).isPresent()) {
        return reader(replica, manifest).read(chunks, BATCH_BYTES);
      }
    }
    throw new IOException("this agent does not know the manifest " + manifest);
  }

  private ReplicaReader reader(Replica replica, Digest manifest) throws IOException {
    ReplicaReader reader = readers.get(replica.content());
    if (reader == null || !reader.isOf(manifest)) {
      reader = ReplicaReader.open(replica, manifest);
      readers.put(replica.content(), reader);
    }
    return reader;
  }

  @Override
  public int writeChunks(String use, Bytes batch) throws IOException {
    return use(use).bringUp().receive(batch);
  }

  @Override
  public Applied apply(String handle, long number, long publishedMillis) throws IOException {
    int missing = use(handle).apply(number, publishedMillis);
    return new Applied(missing == 0, missing);
  }

  @Override
  public Optional<Scan> scan(String handle) throws IOException {
    return use(handle)
        .scan()
        .map(
            scanned ->
                new Scan(
                    scanned.base(),
                    scanned.changed(),
                    scanned.manifest().digest(),
                    scanned.manifest().files(),
                    scanned.manifest().bytes(),
                    scanned.leftOut(),
                    scanned.bytesRead()));
  }

  @Override
  public void adopt(String handle, long number, long publishedMillis) throws IOException {
    use(handle).replica().adopt(number, publishedMillis);
  }

  @Override
  public Verification verify(CacheKey key) throws IOException {
    int sound = 0;
    int damaged = 0;
    int busy = 0;
    for (CacheInstance instance : instances(key)) {
      Optional<HostLock> lock = HostLock.tryExclusive(instance.lockFile());
      if (lock.isEmpty()) {
        busy++;
      } else {
        boolean[] intact = {false};
        lock.get().releaseAfter(() -> intact[0] = instance.replica().verify());
        sound += intact[0] ? 1 : 0;
        damaged += intact[0] ? 0 : 1;
      }
    }
    return new Verification(sound, damaged, busy);
  }

  @Override
  public void close(String handle) throws IOException {
    CacheUse use = uses.remove(handle);
    if (use != null) {
      use.close();
    }
  }

  /** Ends all uses, as when the caller is gone. */
  public void closeAll() throws IOException {
    for (String handle : List.copyOf(uses.keySet())) {
      close(handle);
    }
  }

  private List<CacheInstance> instances(CacheKey key) throws IOException {
    return inventory.instances(root.resolve(key.hex())).existing();
  }
}
