package io.jenkins.plugins.dockerfilebuild.content;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Blobs by their SHA-256, in a directory of an agent: {@code blobs/ab/<64 hex digits>}. Safe for
 * several threads and processes at once: a blob appears whole, by one atomic move, and never
 * changes.
 *
 * <p>Durability: nothing is forced to the disk. A blob that a power failure cut short has another
 * length than its {@link TreeEntry} says; {@link TreeDirectories} looks, and reports it as missing,
 * so that it is sent again. {@link #read} verifies all bytes.
 */
public final class ContentStore {

  /** The start of a blob, or all of it; used again, as new ones took a tenth of the time. */
  private static final ThreadLocal<byte[]> START = ThreadLocal.withInitial(() -> new byte[1 << 18]);

  /** A use is noted again after this time. */
  private static final Duration FRESH = Duration.ofMinutes(10);

  /** No transfer of one blob takes longer. */
  private static final Duration UNFINISHED = Duration.ofDays(1);

  /** Blobs that one thread stores before it looks for more. */
  private static final int BATCH = 64;

  private final Path root;
  private final Path blobs;

  private ContentStore(Path root) {
    this.root = root;
    this.blobs = root.resolve("blobs");
  }

  /** Opens the store at {@code root}, making it if there is none; only its owner may enter it. */
  public static ContentStore open(Path root) throws IOException {
    Files.createDirectories(root);
    Files.setAttribute(root, "unix:mode", 0700);
    ContentStore store = new ContentStore(root.toRealPath());
    Files.createDirectories(store.blobs);
    return store;
  }

  public boolean contains(Digest digest) {
    return Files.exists(file(digest));
  }

  /**
   * Those of {@code digests} that are not here, each once, in their order. What is here counts as
   * used now, so {@link #prune} leaves it alone for a while.
   */
  public Set<Digest> missing(Collection<Digest> digests) throws IOException {
    Set<Digest> missing = new LinkedHashSet<>(digests);
    Set<Digest> here = ConcurrentHashMap.newKeySet();
    long fresh = System.currentTimeMillis() - FRESH.toMillis();
    try (ProcessLock lock = lockForAsking()) {
      Workers.forEach(
          List.copyOf(missing),
          256,
          digest -> {
            if (lock.isHeld() && isHere(digest, TimeUnit.MILLISECONDS.toNanos(fresh))) {
              here.add(digest);
            }
          });
    }
    missing.removeAll(here);
    return missing;
  }

  /** Notes the use of a blob that was not used after {@code freshNanos}. */
  private boolean isHere(Digest digest, long freshNanos) throws IOException {
    Path file = file(digest);
    if (!Files.exists(file)) {
      return false; // the usual case by far where many are asked for, and an exception costs more
    }
    try {
      FileStamp stamp = FileStamp.of(file);
      if (stamp.changedNanos() < freshNanos) {
        // Sets the ctime and nothing else; links share the mtime, which means something.
        Files.setAttribute(file, "unix:mode", stamp.permissions());
      }
      return true;
    } catch (NoSuchFileException e) {
      return false; // pruned at this moment
    }
  }

  /**
   * Stores a blob. If it is here already, {@code bytes} need not be read.
   *
   * @throws IOException the bytes are not those of {@code digest}, or there is no room; nothing is
   *     left behind
   */
  public void store(Digest digest, InputStream bytes) throws IOException {
    if (!contains(digest)) {
      storeNew(digest, bytes);
    }
  }

  private void storeNew(Digest digest, InputStream bytes) throws IOException {
    // Most blobs are small: one look at the bytes, one write, and no file for forged ones.
    byte[] start = START.get();
    int length = bytes.readNBytes(start, 0, start.length);
    MessageDigest digester = Digest.sha256();
    digester.update(start, 0, length);
    if (length < start.length) {
      verify(digest, Digest.from(digester));
      commit(digest, out -> out.write(start, 0, length));
      return;
    }
    DigestInputStream rest = new DigestInputStream(bytes, digester);
    commit(
        digest,
        out -> {
          out.write(start);
          rest.transferTo(out);
          verify(digest, Digest.from(digester));
        });
  }

  /** As {@link #store(Digest, InputStream)}, for a blob that is in memory. */
  public void store(Digest digest, byte[] bytes) throws IOException {
    if (!contains(digest)) {
      storeNew(digest, bytes);
    }
  }

  private void storeNew(Digest digest, byte[] bytes) throws IOException {
    verify(digest, Digest.of(bytes));
    commit(digest, out -> out.write(bytes));
  }

  /** Stores blobs, several at once; those that are here already are not opened. */
  public void storeAll(Collection<Digest> digests, BlobSource source) throws IOException {
    Workers.forEach(
        List.copyOf(digests),
        BATCH,
        digest -> {
          if (!contains(digest)) {
            try (InputStream bytes = source.open(digest)) {
              storeNew(digest, bytes);
            }
          }
        });
  }

  /**
   * Written beside its place: a move from a directory to another takes a lock of the whole file
   * system, and one directory for all that comes takes its own; 20,000 files took twice as long.
   */
  private void commit(Digest digest, AtomicFiles.ContentWriter content) throws IOException {
    Path file = file(digest);
    Path temporary = file.resolveSibling(AtomicFiles.temporaryName());
    try (OutputStream out = create(temporary)) {
      content.writeTo(out);
    } catch (IOException | RuntimeException e) {
      Files.deleteIfExists(temporary);
      throw e;
    }
    AtomicFiles.commit(temporary, file);
  }

  private static OutputStream create(Path temporary) throws IOException {
    try {
      return Files.newOutputStream(temporary, StandardOpenOption.CREATE_NEW);
    } catch (NoSuchFileException e) {
      // The first blob of its directory.
      Files.createDirectories(Objects.requireNonNull(temporary.getParent()));
      return Files.newOutputStream(temporary, StandardOpenOption.CREATE_NEW);
    }
  }

  private static void verify(Digest expected, Digest actual) throws IOException {
    if (!expected.equals(actual)) {
      throw new IOException("received bytes of " + actual + " instead of " + expected);
    }
  }

  /**
   * @throws ContentMissingException the blob is not here
   */
  public InputStream open(Digest digest) throws IOException {
    try {
      return Files.newInputStream(file(digest));
    } catch (NoSuchFileException e) {
      throw missing(digest, e);
    }
  }

  /**
   * A whole blob, such as a tree, verified.
   *
   * @throws ContentMissingException the blob is not here, or is broken, and then is removed
   */
  public byte[] read(Digest digest) throws IOException {
    try (InputStream in = open(digest)) {
      byte[] bytes = in.readAllBytes();
      if (!Digest.of(bytes).equals(digest)) {
        discard(digest);
        throw new ContentMissingException(digest);
      }
      return bytes;
    }
  }

  /** What the store holds. */
  public record Usage(long blobs, long bytes) {}

  /** Counts blobs and their bytes; looks at every file. */
  public Usage usage() throws IOException {
    List<StoreSweep.Blob> all = new StoredFiles(blobs).blobs();
    return new Usage(all.size(), all.stream().mapToLong(blob -> blob.stamp().size()).sum());
  }

  /**
   * Removes blobs, the longest unused first ({@link StoreSweep}), and what dead processes left half
   * received. A blob that a {@link TreeDirectories} holds by a hard link leaves the store too, but
   * its space is free only when that directory goes.
   *
   * @param keepBytes remove no more once the store is down to this
   * @param olderThan remove only what was not used for this long; more than what passes between
   *     {@link #missing} and the end of the step that asked
   * @return what was removed
   */
  public Usage prune(long keepBytes, Duration olderThan) throws IOException {
    StoredFiles files = new StoredFiles(blobs);
    Instant now = Instant.now();
    files.removeUnfinished(now.minus(UNFINISHED));
    return new StoreSweep(this, files.blobs())
        .run(keepBytes, TimeUnit.MILLISECONDS.toNanos(now.minus(olderThan).toEpochMilli()));
  }

  /** Where a blob is, or would be. */
  Path file(Digest digest) {
    return blobs.resolve(digest.hex().substring(0, 2)).resolve(digest.hex());
  }

  /** Held while it is said what is here, and while something is removed. */
  ProcessLock lockForAsking() throws IOException {
    return ProcessLock.acquire(root.resolve("ask.lock"));
  }

  /** Held while blobs are linked into directories; see {@link FilePlacer}. */
  ProcessLock lockForLinking() throws IOException {
    return ProcessLock.acquire(root.resolve("link.lock"));
  }

  /** Removes a blob that turned out to be broken, or a tree some of whose files are gone. */
  public void discard(Digest digest) throws IOException {
    Files.deleteIfExists(file(digest));
  }

  private static ContentMissingException missing(Digest digest, IOException cause) {
    ContentMissingException missing = new ContentMissingException(digest);
    missing.initCause(cause);
    return missing;
  }
}
