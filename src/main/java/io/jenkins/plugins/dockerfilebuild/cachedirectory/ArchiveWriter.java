package io.jenkins.plugins.dockerfilebuild.cachedirectory;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/**
 * Writes a cache directory as a tar that GNU tar and others unpack: names are the bytes that they
 * are, in GNU's form where they are long; what a plain header cannot say (parts of a second,
 * extended attributes) stands in PAX records. Holes are written as the zeros that they read as.
 * Used by one thread; entries in the order of their manifest.
 */
public final class ArchiveWriter implements AutoCloseable {

  private static final int DIRECTORY_TYPE = 0040000;
  private static final int FILE_TYPE = 0100000;
  private static final int ID_MASK = 0xffff_ffff;
  private static final long NANOS = 1_000_000_000L;

  private final TarArchiveOutputStream tar;

  /** Writes to a stream that is closed in the end. */
  public ArchiveWriter(OutputStream out, ArchiveCompression compression) throws IOException {
    tar = new TarArchiveOutputStream(compression.pack(out), StandardCharsets.ISO_8859_1.name());
    tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_GNU);
    tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_STAR);
  }

  /** Begins an entry; a file's chunks are written next. */
  public void begin(CacheEntry entry) throws IOException {
    TarArchiveEntry header = header(entry);
    if (entry.type() == CacheEntry.Type.HARD_LINK) {
      header.setLinkName(entry.target());
    } else {
      describe(header, entry);
      byte[] records = records(entry);
      if (records.length > 0) {
        put(records);
      }
    }
    tar.putArchiveEntry(header);
  }

  /** Writes a part of the file that was begun. */
  public void content(byte[] bytes) throws IOException {
    tar.write(bytes);
  }

  /**
   * Ends an entry.
   *
   * @throws IOException the file got less than its size
   */
  public void end() throws IOException {
    tar.closeArchiveEntry();
  }

  private static TarArchiveEntry header(CacheEntry entry) {
    String name = entry.path().isEmpty() ? "." : entry.path();
    return switch (entry.type()) {
      case DIRECTORY -> new TarArchiveEntry(name + "/", TarConstants.LF_DIR);
      case FILE -> new TarArchiveEntry(name, TarConstants.LF_NORMAL);
      case SYMLINK -> new TarArchiveEntry(name, TarConstants.LF_SYMLINK);
      case HARD_LINK -> new TarArchiveEntry(name, TarConstants.LF_LINK);
    };
  }

  private static void describe(TarArchiveEntry header, CacheEntry entry) {
    int type = entry.type() == CacheEntry.Type.DIRECTORY ? DIRECTORY_TYPE : FILE_TYPE;
    header.setMode(type | entry.mode());
    header.setUserId(Integer.toUnsignedLong(entry.uid() & ID_MASK));
    header.setGroupId(Integer.toUnsignedLong(entry.gid() & ID_MASK));
    header.setUserName("");
    header.setGroupName("");
    header.setLastModifiedTime(
        FileTime.from(Math.floorDiv(entry.modifiedNanos(), NANOS), TimeUnit.SECONDS));
    header.setSize(entry.size());
    if (entry.type() == CacheEntry.Type.SYMLINK) {
      header.setLinkName(entry.target());
    }
  }

  /** What the header cannot say, as POSIX' {@code pax} defines. */
  private static byte[] records(CacheEntry entry) throws IOException {
    ByteArrayOutputStream records = new ByteArrayOutputStream();
    long nanos = Math.floorMod(entry.modifiedNanos(), NANOS);
    if (nanos != 0) {
      Instant time = Instant.ofEpochSecond(Math.floorDiv(entry.modifiedNanos(), NANOS), nanos);
      record(records, "mtime", decimal(time));
    }
    for (var attribute : entry.attributes().entrySet()) {
      record(records, "SCHILY.xattr.user." + attribute.getKey(), attribute.getValue());
    }
    return records.toByteArray();
  }

  private static String decimal(Instant time) {
    return new java.math.BigDecimal(time.getEpochSecond())
        .add(java.math.BigDecimal.valueOf(time.getNano(), 9))
        .toPlainString();
  }

  /** {@code LENGTH KEY=VALUE\n}; the length counts its own digits. All are bytes. */
  private static void record(ByteArrayOutputStream records, String key, String value)
      throws IOException {
    String rest = " " + key + "=" + value + "\n";
    int length = rest.length() + String.valueOf(rest.length()).length();
    length = rest.length() + String.valueOf(length).length();
    records.write((length + rest).getBytes(StandardCharsets.ISO_8859_1));
  }

  private void put(byte[] records) throws IOException {
    TarArchiveEntry header =
        new TarArchiveEntry("PaxHeaders/file", TarConstants.LF_PAX_EXTENDED_HEADER_LC);
    header.setLastModifiedTime(FileTime.fromMillis(0));
    header.setSize(records.length);
    tar.putArchiveEntry(header);
    tar.write(records);
    tar.closeArchiveEntry();
  }

  /** Ends the archive. */
  @Override
  public void close() throws IOException {
    tar.close();
  }
}
