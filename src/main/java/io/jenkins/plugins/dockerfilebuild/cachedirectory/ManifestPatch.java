package io.jenkins.plugins.dockerfilebuild.cachedirectory;

import io.jenkins.plugins.dockerfilebuild.content.Digest;
import java.io.BufferedOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The difference from one manifest to another: what goes, and the entries that are put. A manifest
 * of 30,000 files is 3 MB; what a build changed of it is some kilobytes.
 *
 * <p>The encoding: {@code "dfb-cache-patch/1\n"}, the digests of both manifests, the number of
 * removed paths and the paths, the number of entries and the entries, as {@link EntryWriter} writes
 * them.
 */
public final class ManifestPatch {

  private static final byte[] MAGIC = "dfb-cache-patch/1\n".getBytes(StandardCharsets.US_ASCII);

  private ManifestPatch() {}

  /** Writes the difference. */
  public static void write(CacheManifest from, CacheManifest to, OutputStream out)
      throws IOException {
    List<String> removed = new ArrayList<>();
    List<CacheEntry> put = new ArrayList<>();
    new ManifestJoin(from, to)
        .forEach(
            (before, after) -> {
              if (after == null) {
                removed.add(before.path());
              } else if (!after.equals(before)) {
                put.add(after);
              }
            });
    BufferedOutputStream buffered = new BufferedOutputStream(out, 1 << 16);
    EntryWriter writer = new EntryWriter(buffered);
    writer.bytes(MAGIC);
    writer.bytes(from.digest().toBytes());
    writer.bytes(to.digest().toBytes());
    writer.number(removed.size());
    for (String path : removed) {
      writer.path(path);
    }
    writer.number(put.size());
    for (CacheEntry entry : put) {
      writer.write(entry);
    }
    writer.flush();
    buffered.flush();
  }

  /**
   * Applies a patch.
   *
   * @param base what it may start from; it can also start from nothing
   * @param expected what must come out
   * @param in buffered, and bounded by the caller
   * @throws MalformedManifestException it is no patch, starts from something else, or makes
   *     something else, or takes more memory than is left beside others that are being read
   */
  public static CacheManifest apply(CacheManifest base, Digest expected, InputStream in)
      throws IOException {
    return apply(base, expected, in, PatchMemory.OF_PROCESS);
  }

  static CacheManifest apply(
      CacheManifest base, Digest expected, InputStream in, PatchMemory memory) throws IOException {
    try (EntryReader reader = new EntryReader(in, memory)) {
      if (!Arrays.equals(MAGIC, reader.raw(MAGIC.length))) {
        throw new MalformedManifestException("not a patch of a cache manifest of this version");
      }
      Digest from = Digest.from(reader.raw(Digest.LENGTH));
      Digest to = Digest.from(reader.raw(Digest.LENGTH));
      CacheManifest manifest = applied(start(base, from), reader);
      if (!to.equals(expected) || !manifest.digest().equals(expected)) {
        throw new MalformedManifestException(
            "the patch makes " + manifest.digest() + " instead of " + expected);
      }
      return manifest;
    } catch (EOFException e) {
      throw new MalformedManifestException("the patch is cut short", e);
    }
  }

  private static CacheManifest start(CacheManifest base, Digest from)
      throws MalformedManifestException {
    if (from.equals(CacheManifest.EMPTY.digest())) {
      return CacheManifest.EMPTY;
    }
    if (!from.equals(base.digest())) {
      throw new MalformedManifestException("the patch starts from another manifest");
    }
    return base;
  }

  private static CacheManifest applied(CacheManifest base, EntryReader reader) throws IOException {
    TreeSet<String> removed = new TreeSet<>();
    int gone = reader.number(CacheManifest.MAX_ENTRIES, "number of removed paths");
    for (int i = 0; i < gone; i++) {
      removed.add(reader.path());
    }
    Map<String, CacheEntry> put = new TreeMap<>();
    int added = reader.number(CacheManifest.MAX_ENTRIES, "number of entries");
    for (int i = 0; i < added; i++) {
      CacheEntry entry = reader.read();
      put.put(entry.path(), entry);
    }
    if (!reader.atEnd()) {
      throw new MalformedManifestException("bytes after the patch");
    }
    List<CacheEntry> entries = new ArrayList<>(base.entries().size() + put.size());
    var puts = put.values().iterator();
    CacheEntry next = puts.hasNext() ? puts.next() : null;
    for (CacheEntry entry : base.entries()) {
      while (next != null && next.path().compareTo(entry.path()) < 0) {
        entries.add(next);
        next = puts.hasNext() ? puts.next() : null;
      }
      if (next != null && next.path().equals(entry.path())) {
        entries.add(next);
        next = puts.hasNext() ? puts.next() : null;
      } else if (!removed.contains(entry.path())) {
        entries.add(entry);
      }
    }
    for (; next != null; next = puts.hasNext() ? puts.next() : null) {
      entries.add(next);
    }
    return CacheManifest.of(entries);
  }
}
