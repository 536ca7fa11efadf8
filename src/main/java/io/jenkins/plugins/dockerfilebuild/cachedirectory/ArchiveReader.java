package io.jenkins.plugins.dockerfilebuild.cachedirectory;

import io.airlift.compress.MalformedInputException;
import io.jenkins.plugins.dockerfilebuild.content.Bytes;
import io.jenkins.plugins.dockerfilebuild.content.PaxTap;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/**
 * Reads a tar that nobody trusts into a manifest, its files' chunks into a spool. Nothing of it is
 * ever unpacked, so no name in it can do harm here; and what comes out is checked as a manifest
 * from another agent is. Used once, by one thread.
 */
final class ArchiveReader {

  private static final int PERMISSION_BITS = 07777;
  private static final int ALL = 0777;
  private static final long MAX_ID = 0xffff_fffeL;
  private static final String USER = "user.";

  private final ArchiveBounds bounds;
  private final ChunkSpool spool;
  private final FileReading reading = new FileReading();
  private final ArchiveEntries entries = new ArchiveEntries();
  private PaxTap tap;
  private TarArchiveInputStream tar;
  private int count;
  private long bytes;
  private int attributesLeftOut;

  ArchiveReader(ArchiveBounds bounds, ChunkSpool spool) {
    this.bounds = bounds;
    this.spool = spool;
  }

  /**
   * Reads all of it.
   *
   * @throws MalformedArchiveException it is refused
   * @throws IOException the stream itself failed
   */
  CacheManifest read(InputStream packed) throws IOException {
    try {
      tap = new PaxTap(ArchiveCompression.unpack(packed));
      tar = new TarArchiveInputStream(tap, StandardCharsets.ISO_8859_1.name());
      for (TarArchiveEntry entry = next(); entry != null; entry = next()) {
        add(entry);
      }
      if (count == 0) {
        throw new MalformedArchiveException("this is no tar archive, or one that holds nothing");
      }
      return entries.manifest();
    } catch (MalformedInputException | IllegalArgumentException e) {
      // What the decompressor and commons-compress throw for bytes that mean nothing.
      throw new MalformedArchiveException("the archive is damaged: " + e.getMessage(), e);
    }
  }

  /** Extended attributes that no replica keeps: all but {@code user.*}. */
  int attributesLeftOut() {
    return attributesLeftOut;
  }

  private TarArchiveEntry next() throws IOException {
    tap.headersBegin();
    TarArchiveEntry entry = tar.getNextEntry();
    tap.contentBegins();
    if (entry != null && !entry.isCheckSumOK()) {
      throw new MalformedArchiveException("this is no tar archive, or a damaged one");
    }
    return entry;
  }

  private void add(TarArchiveEntry entry) throws IOException {
    String name = name(entry.getName(), "path");
    count++;
    if (count > CacheManifest.MAX_ENTRIES) {
      throw new MalformedArchiveException(
          "the archive is refused: it has more than %,d entries"
              .formatted(CacheManifest.MAX_ENTRIES));
    }
    String path = ArchivePaths.path(name);
    if (entry.isLink()) {
      entries.link(path, ArchivePaths.path(name(entry.getLinkName(), "linkpath")));
    } else if (entry.isSymbolicLink()) {
      entries.put(symbolicLink(path, entry));
    } else if (entry.isDirectory()) {
      entries.put(described(path, CacheEntry.Type.DIRECTORY, entry, ChunkList.EMPTY));
    } else if (entry.isFile() && !isSpecial(entry)) {
      entries.put(described(path, CacheEntry.Type.FILE, entry, chunks(path, entry)));
    } else {
      throw ArchivePaths.refused(
          name, "is a device, a pipe or another thing that no cache directory holds");
    }
  }

  /** The bytes of a name: a PAX record's where there is one, else the header's. */
  private String name(String fromHeader, String record) {
    Map<String, Bytes> records = tap.current();
    Bytes bytes = record.equals("path") ? records.get("GNU.sparse.name") : null;
    Bytes found = bytes == null ? records.get(record) : bytes;
    return found == null ? fromHeader : latin(found);
  }

  private static String latin(Bytes bytes) {
    return new String(bytes.toArray(), StandardCharsets.ISO_8859_1);
  }

  /** commons-compress calls a file whatever it does not know. */
  private static boolean isSpecial(TarArchiveEntry entry) {
    boolean known =
        entry.isSparse() || entry.getLinkFlag() == 0 || "07".indexOf(entry.getLinkFlag()) >= 0;
    return !known || entry.isCharacterDevice() || entry.isBlockDevice() || entry.isFIFO();
  }

  private CacheEntry symbolicLink(String path, TarArchiveEntry entry)
      throws MalformedArchiveException {
    String target = name(entry.getLinkName(), "linkpath");
    if (target.isEmpty()) {
      throw ArchivePaths.refused(path, "is a link without a target");
    }
    if (!bounds.outsideLinks()) {
      ArchivePaths.checkInside(path, target);
    }
    return new CacheEntry(
        path,
        CacheEntry.Type.SYMLINK,
        ALL,
        id(path, entry.getLongUserId()),
        id(path, entry.getLongGroupId()),
        modified(entry),
        CacheEntry.NO_ATTRIBUTES,
        target,
        ChunkList.EMPTY);
  }

  private CacheEntry described(
      String path, CacheEntry.Type type, TarArchiveEntry entry, ChunkList chunks)
      throws MalformedArchiveException {
    return new CacheEntry(
        path,
        type,
        entry.getMode() & PERMISSION_BITS,
        id(path, entry.getLongUserId()),
        id(path, entry.getLongGroupId()),
        modified(entry),
        attributes(),
        "",
        chunks);
  }

  private static int id(String path, long id) throws MalformedArchiveException {
    if (id < 0 || id > MAX_ID) {
      throw ArchivePaths.refused(path, "belongs to the impossible user or group " + id);
    }
    return (int) id;
  }

  private static long modified(TarArchiveEntry entry) {
    return entry.getLastModifiedTime().to(TimeUnit.NANOSECONDS);
  }

  private SortedMap<String, String> attributes() {
    SortedMap<String, String> kept = new TreeMap<>();
    for (Map.Entry<String, Bytes> attribute : tap.attributes().entrySet()) {
      if (attribute.getKey().startsWith(USER)) {
        kept.put(attribute.getKey().substring(USER.length()), latin(attribute.getValue()));
      } else {
        attributesLeftOut++;
      }
    }
    return kept.isEmpty() ? CacheEntry.NO_ATTRIBUTES : Collections.unmodifiableSortedMap(kept);
  }

  private ChunkList chunks(String path, TarArchiveEntry entry) throws IOException {
    // Of a sparse file it is what the file seems to hold.
    long size = entry.getRealSize();
    if (size < 0 || size > bounds.maxBytes() - bytes) {
      throw new MalformedArchiveException(
          "the archive is refused: its files hold more than the %,d bytes that are allowed"
              .formatted(bounds.maxBytes()));
    }
    if (!tar.canReadEntryData(entry)) {
      throw ArchivePaths.refused(path, "is sparse in a way that cannot be read here");
    }
    ChunkList chunks = reading.chunks(tar, spool::put);
    if (chunks.size() != size) {
      throw new MalformedArchiveException("the archive is cut short in " + path);
    }
    bytes += size;
    return chunks;
  }
}
