package io.jenkins.plugins.dockerfilebuild.cachedirectory;

import io.jenkins.plugins.dockerfilebuild.content.Digest;
import java.io.BufferedOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.DigestOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a cache directory holds: one entry for each path, the directory itself first, ordered by
 * path. Its digest, the SHA-256 of its canonical encoding, names a version of the directory.
 *
 * <p>The encoding: {@code "dfb-cache-manifest/1\n"}, the number of entries, and the entries as
 * {@link EntryWriter} says.
 *
 * <p>Every manifest that exists is sound: no path climbs out or appears twice, every parent is a
 * directory of the manifest, a hard link names a file that comes before it. So whoever holds one
 * can act on it without checking again.
 */
public final class CacheManifest {

  /** What a directory of ours may hold at most; a bound for what is received. */
  public static final int MAX_ENTRIES = 2_000_000;

  private static final byte[] MAGIC = "dfb-cache-manifest/1\n".getBytes(StandardCharsets.US_ASCII);

  /** The manifest of nothing, from which every other can be made; no directory has it. */
  public static final CacheManifest EMPTY = sound(List.of());

  private final List<CacheEntry> entries;
  private final Digest digest;

  private CacheManifest(List<CacheEntry> entries) {
    this.entries = Collections.unmodifiableList(entries);
    this.digest = digestOf(this);
  }

  /**
   * A manifest of these entries.
   *
   * @param entries in the order of their paths
   * @throws MalformedManifestException they are not sound together
   */
  public static CacheManifest of(List<CacheEntry> entries) throws MalformedManifestException {
    check(entries);
    return new CacheManifest(entries);
  }

  private static CacheManifest sound(List<CacheEntry> entries) {
    try {
      return of(entries);
    } catch (MalformedManifestException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private static void check(List<CacheEntry> entries) throws MalformedManifestException {
    Map<String, CacheEntry.Type> known = new HashMap<>();
    String previous = "";
    for (CacheEntry entry : entries) {
      String path = entry.path();
      if (known.isEmpty() != path.isEmpty()) {
        throw new MalformedManifestException("the directory itself must come first, once");
      }
      if (!known.isEmpty() && path.compareTo(previous) <= 0) {
        throw new MalformedManifestException("paths are not in order at " + shown(entry));
      }
      int slash = path.lastIndexOf('/');
      CacheEntry.Type parent = known.get(slash < 0 ? "" : path.substring(0, slash));
      boolean rooted =
          path.isEmpty() ? entry.type() == CacheEntry.Type.DIRECTORY : isDirectory(parent);
      if (!rooted) {
        throw new MalformedManifestException("no directory holds " + shown(entry));
      }
      if (entry.type() == CacheEntry.Type.HARD_LINK
          && known.get(entry.target()) != CacheEntry.Type.FILE) {
        throw new MalformedManifestException("a hard link to no file: " + shown(entry));
      }
      known.put(path, entry.type());
      previous = path;
    }
  }

  private static boolean isDirectory(CacheEntry.Type type) {
    return type == CacheEntry.Type.DIRECTORY;
  }

  private static String shown(CacheEntry entry) {
    return EntryReader.shown(entry.path());
  }

  /** In the order of their paths; the first is the directory itself. */
  public List<CacheEntry> entries() {
    return entries;
  }

  public Digest digest() {
    return digest;
  }

  /** How many files there are, each name counted. */
  public long files() {
    return entries.stream().filter(entry -> entry.type() != CacheEntry.Type.DIRECTORY).count();
  }

  /** Bytes of all files; those of several names count once. */
  public long bytes() {
    return entries.stream().mapToLong(CacheEntry::size).sum();
  }

  private static Digest digestOf(CacheManifest manifest) {
    DigestOutputStream out =
        new DigestOutputStream(OutputStream.nullOutputStream(), Digest.sha256());
    try {
      manifest.writeTo(out);
    } catch (IOException e) {
      throw new IllegalStateException("writing to nowhere", e);
    }
    return Digest.from(out.getMessageDigest());
  }

  /** Writes the canonical encoding. */
  public void writeTo(OutputStream out) throws IOException {
    BufferedOutputStream buffered = new BufferedOutputStream(out, 1 << 16);
    EntryWriter writer = new EntryWriter(buffered);
    writer.bytes(MAGIC);
    writer.number(entries.size());
    for (CacheEntry entry : entries) {
      writer.write(entry);
    }
    writer.flush();
    buffered.flush();
  }

  /**
   * Reads the canonical encoding to its end.
   *
   * @param in buffered, and bounded by the caller
   * @throws MalformedManifestException it is not one
   */
  public static CacheManifest read(InputStream in) throws IOException {
    try {
      EntryReader reader = new EntryReader(in);
      if (!Arrays.equals(MAGIC, reader.raw(MAGIC.length))) {
        throw new MalformedManifestException("not a cache manifest of this version");
      }
      int count = reader.number(MAX_ENTRIES, "number of entries");
      List<CacheEntry> entries = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        entries.add(reader.read());
      }
      if (!reader.atEnd()) {
        throw new MalformedManifestException("bytes after the last entry");
      }
      return of(entries);
    } catch (EOFException e) {
      throw new MalformedManifestException("the manifest is cut short", e);
    }
  }

  @Override
  public String toString() {
    return digest.abbreviated() + ", " + entries.size() + " entries";
  }
}
