package io.jenkins.plugins.dockerfilebuild.cachedirectory;

import io.jenkins.plugins.dockerfilebuild.content.Bytes;
import io.jenkins.plugins.dockerfilebuild.content.RecursiveRemoval;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Brings a replica to what a manifest says: {@link #plan} finds out what is lacking, {@link
 * #receive} takes it, {@link #apply} makes the directory so. Until then the directory is as it was.
 * Used once, by one thread but for {@link #receive}; the caller holds the directory's lock
 * exclusively.
 */
public final class BringUp {

  private final Replica replica;
  private final Replica.Current current;
  private final CacheManifest wanted;
  private final Kept kept;
  private final CacheManifest target;
  private final int conflicts;
  private final Staging staging;

  private BringUp(
      Replica replica,
      Replica.Current current,
      CacheManifest wanted,
      Kept kept,
      ManifestMerge.Result target,
      Staging staging) {
    this.replica = replica;
    this.current = current;
    this.wanted = wanted;
    this.kept = kept;
    this.target = target.manifest();
    this.conflicts = target.conflicts();
    this.staging = staging;
  }

  /**
   * Begins.
   *
   * @param kept of the directory's own; the rest is given up
   * @param others replicas on this disk that may have chunks
   */
  public static BringUp plan(Replica replica, CacheManifest wanted, Kept kept, List<Replica> others)
      throws IOException {
    Replica.Current current = replica.current();
    ManifestMerge.Result target =
        switch (kept) {
          case NOTHING -> new ManifestMerge.Result(wanted, 0);
          case CHANGES -> ManifestMerge.merge(replica.base(), current.manifest(), wanted);
          case ALL -> ManifestMerge.merge(CacheManifest.EMPTY, current.manifest(), wanted);
          case VERSION -> ManifestMerge.union(replica.beginUniting(), wanted);
        };
    replica.remember(wanted);
    List<Staging.Source> sources = new ArrayList<>();
    sources.add(new Staging.Source(replica.content(), current.manifest()));
    for (Replica other : others) {
      if (other.exists()) {
        sources.add(
            new Staging.Source(
                other.content(), other.manifest(other.known()).orElse(CacheManifest.EMPTY)));
      }
    }
    Path folder = replica.newStaging();
    NewDirectories directories =
        NewDirectories.of(folder, current.manifest(), target.manifest(), replica.exists());
    Staging staging =
        new Staging(
            new StagingFolder(folder, directories, replica.attributes()),
            lacking(current.manifest(), target.manifest()),
            sources);
    return new BringUp(replica, current, wanted, kept, target, staging);
  }

  private static List<CacheEntry> lacking(CacheManifest current, CacheManifest target)
      throws IOException {
    List<CacheEntry> lacking = new ArrayList<>();
    new ManifestJoin(current, target)
        .forEach(
            (before, after) -> {
              boolean file = after != null && after.type() == CacheEntry.Type.FILE;
              if (file && (before == null || !before.sameContent(after))) {
                lacking.add(after);
              }
            });
    return lacking;
  }

  /** What the directory will hold. */
  public CacheManifest target() {
    return target;
  }

  /** Paths that both sides of a merge changed in different ways. */
  public int conflicts() {
    return conflicts;
  }

  /** Of the chunks that must come, so many from a position on: those that have not come yet. */
  public List<ChunkList.Chunk> lacking(int from, int most) {
    return staging.lacking(from, most);
  }

  public int lackingChunks() {
    return staging.lackingChunks();
  }

  public long lackingBytes() {
    return staging.lackingBytes();
  }

  /** Chunks of new files that were on this disk already. */
  public int reusedChunks() {
    return staging.reusedChunks();
  }

  /** Bytes of them. */
  public long reusedBytes() {
    return staging.reusedBytes();
  }

  /**
   * Takes chunks. Thread-safe.
   *
   * @return how many there were
   * @throws MalformedManifestException they are not what was asked for; nothing else has happened
   */
  public int receive(Bytes batch) throws IOException {
    return staging.receive(batch);
  }

  /**
   * Makes the directory what the manifest says. Files that did not come are left out, and what it
   * had at their paths goes; but what the directory has changed itself is merged with all of the
   * other version or with nothing, since what was left out would look as if it had been removed.
   *
   * @param number of the version that was wanted: the directory comes from that one then, though
   *     after a merge it holds more
   * @return how many files did not come
   */
  public int apply(long number, long publishedMillis) throws IOException {
    CacheManifest reached = withoutMissing();
    int missing = target.entries().size() - reached.entries().size();
    if (missing > 0 && (kept == Kept.CHANGES || kept == Kept.ALL)) {
      close();
      return missing;
    }
    staging.removeIncomplete();
    replica.remember(target);
    replica.markInUse();
    replica.beginUpdate();
    ScanStamps stamps =
        new DirectoryUpdate(replica.content(), current, reached, staging, replica.attributes())
            .run();
    replica.broughtUp(
        new Replica.Held(number, wanted.digest(), wanted.files(), wanted.bytes(), publishedMillis),
        new Replica.Current(reached, stamps));
    close();
    return missing;
  }

  private CacheManifest withoutMissing() throws IOException {
    Set<String> missing = new HashSet<>();
    List<CacheEntry> entries = new ArrayList<>(target.entries().size());
    for (CacheEntry entry : target.entries()) {
      boolean lacks =
          staging.misses(entry.path())
              || (entry.type() == CacheEntry.Type.HARD_LINK && missing.contains(entry.target()));
      if (lacks) {
        missing.add(entry.path());
      } else {
        entries.add(entry);
      }
    }
    return missing.isEmpty() ? target : CacheManifest.of(entries);
  }

  /** Gives up what was received and not applied. */
  public void close() throws IOException {
    Path folder = replica.staging();
    RecursiveRemoval.remove(folder);
  }
}
