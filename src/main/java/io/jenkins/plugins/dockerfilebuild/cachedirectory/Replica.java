package io.jenkins.plugins.dockerfilebuild.cachedirectory;

import io.jenkins.plugins.dockerfilebuild.content.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A directory on this disk with what is known of it beside it: {@code D} is the directory, {@code
 * D.replica/} holds its state, the manifests of its last versions, and how its files looked. It is
 * in use, and <i>dirty</i>, from {@link #markInUse} until it is known again what it holds; a crash
 * in between leaves it dirty, and the next one to come scans it.
 *
 * <p>Not thread-safe: the caller holds the directory's lock exclusively, but for {@link #held},
 * {@link #manifest} and {@link #content}.
 */
public final class Replica {

  private final Path content;
  private final ReplicaNotes notes;
  private final Optional<DistantContent> distant;

  /**
   * A replica at a path.
   *
   * @param content the directory, which need not exist
   */
  public Replica(Path content) {
    this(content, Optional.empty());
  }

  /**
   * A replica whose directory is a copy of what its users see and change.
   *
   * @param content the directory, which need not exist
   */
  public Replica(Path content, DistantContent distant) {
    this(content, Optional.of(distant));
  }

  private Replica(Path content, Optional<DistantContent> distant) {
    this.content = content;
    this.distant = distant;
    this.notes = new ReplicaNotes(content.resolveSibling(content.getFileName() + ".replica"));
  }

  /**
   * A version that the directory holds.
   *
   * @param publishedMillis since the epoch
   */
  public record Held(long number, Digest manifest, long files, long bytes, long publishedMillis) {}

  /** What the directory is known to hold, and how that looked. */
  record Current(CacheManifest manifest, ScanStamps stamps) {}

  /** The directory itself. */
  public Path content() {
    return content;
  }

  /** Whether the directory exists. */
  public boolean exists() {
    return Files.isDirectory(content, LinkOption.NOFOLLOW_LINKS);
  }

  /** The version that the directory holds exactly; empty if it has none or is dirty. */
  public Optional<Held> held() throws IOException {
    ReplicaState state = notes.state();
    return state.isExact() && exists() ? Optional.of(state.version()) : Optional.empty();
  }

  /**
   * The version that the directory came from. While a step changes the directory, or after a crash
   * in the middle of that, it has the most of it still.
   */
  public Optional<Held> origin() throws IOException {
    ReplicaState state = notes.state();
    return state.number() > 0 && exists() ? Optional.of(state.version()) : Optional.empty();
  }

  /** Whether a step was changing the directory when its process ended, or changes it now. */
  public boolean isDirty() throws IOException {
    return exists() && notes.state().dirty();
  }

  /**
   * Whether somebody noted that he changes the directory, and it is not known yet what it holds
   * since. A directory of which nothing was ever noted is dirty, but nobody has changed it.
   */
  public boolean isMarkedInUse() throws IOException {
    return isDirty() && notes.hasState();
  }

  /** Notes that from now on somebody changes the directory. */
  public void markInUse() throws IOException {
    ReplicaState state = notes.state();
    if (!state.dirty() || !notes.hasState()) {
      notes.save(state.dirtied());
    }
  }

  /**
   * Takes what is remembered for doubtful if the machine has started anew since it was noted: after
   * a power failure files that were written shortly before may be cut short (decision 34). Who uses
   * the directory next looks then. Of a copy only its users know what it should hold.
   */
  public void doubtAfterRestart() throws IOException {
    if (distant.isEmpty() && exists() && !notes.state().isOfThisBoot()) {
      markInUse();
    }
  }

  /**
   * Finds out what the directory holds. If that is the version that it came from, it is not dirty
   * any more.
   */
  public Scanned scan() throws IOException {
    ReplicaState state = notes.state();
    Current before = notes.lastKnown();
    DirectoryScan.Result result = look(before);
    notes.keep(new Current(result.manifest(), result.stamps()));
    ReplicaState now = state.holding(result.manifest());
    notes.save(now);
    if (distant.isPresent()) {
      distant.get().told(result.manifest().digest());
      endUpdate();
    }
    return new Scanned(
        now.base(), now.dirty(), result.manifest(), result.leftOut(), result.bytesRead());
  }

  private DirectoryScan.Result look(Current before) throws IOException {
    if (distant.isEmpty()) {
      return new DirectoryScan(content, before.manifest, before.stamps).run();
    }
    return new DistantScan(this, distant.get())
        .run(before.manifest)
        .orElse(new DirectoryScan.Result(before.manifest, before.stamps, 0, 0));
  }

  /**
   * Reads all files again, however they look.
   *
   * @return false if the directory does not hold what is remembered; it is dirty then
   */
  public boolean verify() throws IOException {
    Current known = current();
    boolean sound =
        distant.isPresent()
            ? new DistantScan(this, distant.get()).holds(known.manifest)
            : holds(known.manifest);
    if (!sound) {
      // Not even the stamps are to be believed: the next scan reads all.
      notes.forgetStamps();
      markInUse();
    }
    return sound;
  }

  private boolean holds(CacheManifest manifest) throws IOException {
    DirectoryScan scan = new DirectoryScan(content, CacheManifest.EMPTY, ScanStamps.EMPTY);
    return scan.run().manifest().digest().equals(manifest.digest());
  }

  /** The content of one of the files of {@link #current}. */
  public InputStream open(CacheEntry file) throws IOException {
    return Files.newInputStream(FileNameBytes.resolve(content, file.path()));
  }

  /** Notes that a copy is about to be changed: only a scan of itself could tell what it holds. */
  void beginUpdate() throws IOException {
    if (distant.isPresent()) {
      notes.beginChanging();
    }
  }

  void endUpdate() throws IOException {
    if (distant.isPresent()) {
      notes.endChanging();
    }
  }

  /**
   * Whether a copy was left in the middle of a change, or nobody knows any more what it is a copy
   * of: it is of no use then.
   */
  public boolean isBroken() throws IOException {
    return distant.isPresent() && (notes.isChanging() || !notes.isKnown());
  }

  /** What files of the directory keep beside their names and bytes. */
  FileAttributes attributes() {
    return distant.isPresent() ? FileAttributes.NONE : FileAttributes.OF_ENTRIES;
  }

  /**
   * What a scan found.
   *
   * @param base the version that the directory came from
   * @param changed whether it holds something else
   * @param leftOut devices, pipes and sockets, which stay on this agent
   */
  public record Scanned(
      BaseVersion base, boolean changed, CacheManifest manifest, int leftOut, long bytesRead) {}

  /** Notes that what was scanned last is this version. */
  public Held adopt(long number, long publishedMillis) throws IOException {
    ReplicaState adopted = notes.state().published(number, publishedMillis);
    notes.save(adopted);
    notes.endUniting();
    return adopted.version();
  }

  /**
   * What the directory holds now: what is remembered, or what a scan finds if it is dirty or
   * nothing is remembered.
   */
  Current current() throws IOException {
    if (!exists()) {
      return new Current(CacheManifest.EMPTY, ScanStamps.EMPTY);
    }
    if (notes.state().dirty() || !notes.isKnown()) {
      scan();
    }
    return notes.lastKnown();
  }

  /** The digest of what the directory holds, as far as is known without looking. */
  public Digest known() throws IOException {
    // To read a long manifest takes as long as a scan: here only where a scan will follow anyway.
    boolean there = exists() && (isDirty() ? notes.isKnown() : notes.hasManifest());
    return there ? Digest.parse(notes.state().scanned()) : CacheManifest.EMPTY.digest();
  }

  /** The manifest of the version that the directory came from. */
  CacheManifest base() throws IOException {
    String manifest = notes.state().manifest();
    return manifest.isEmpty()
        ? CacheManifest.EMPTY
        : notes.manifest(Digest.parse(manifest)).orElse(CacheManifest.EMPTY);
  }

  /** Begins to unite the version that the directory came from with another. */
  List<CacheManifest> beginUniting() throws IOException {
    return notes.beginUniting(notes.state().manifest());
  }

  /** A manifest that the directory holds or held lately. */
  public Optional<CacheManifest> manifest(Digest digest) throws IOException {
    return notes.manifest(digest);
  }

  /**
   * Notes what the directory was brought to.
   *
   * @param version what it came from now; {@code current} may hold less
   */
  void broughtUp(Held version, Current current) throws IOException {
    notes.keep(current);
    notes.save(ReplicaState.broughtUp(version, current.manifest));
    endUpdate();
  }

  /** Keeps a manifest that the directory does not hold, but came from. */
  void remember(CacheManifest manifest) throws IOException {
    notes.remember(manifest);
  }

  /** An empty folder beside the directory for what is put together. */
  Path newStaging() throws IOException {
    return notes.newStaging();
  }

  Path staging() {
    return notes.staging();
  }

  /** A folder for what is sent to others. */
  Path outgoing() {
    return notes.outgoing();
  }

  /** Forgets the directory, which is gone. */
  public void forget() throws IOException {
    notes.remove();
  }
}
