package io.jenkins.plugins.dockerfilebuild.cachedirectory;

import io.jenkins.plugins.dockerfilebuild.content.Digest;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * How the files of a manifest looked on this disk when they were read: four numbers for each entry,
 * in the manifest's order. A file that still looks so is not read again.
 *
 * <p><b>The rule</b> is that of {@code content.StatCache} (decision 7): size, mtime, ctime and
 * inode must be what they were; no call can set a ctime. A file whose ctime was no older than a
 * margin when its reading began is not believed, since another change within one tick of the file
 * system's clock would look the same. Ticks are 10 ms at most on a local Linux file system; where a
 * ctime has no part below a second the file system may have none, and the margin is 2 s.
 */
final class ScanStamps {

  /** No entries. */
  static final ScanStamps EMPTY = new ScanStamps(new long[0]);

  private static final byte[] MAGIC = "dfb-cache-stamps/1\n".getBytes(StandardCharsets.US_ASCII);
  private static final int FIELDS = 4;
  private static final long FINE_MARGIN_NANOS = 20_000_000L;
  private static final long COARSE_MARGIN_NANOS = 2_000_000_000L;
  private static final long SECOND_NANOS = 1_000_000_000L;

  /** Stands for a ctime that no file has. */
  private static final long UNKNOWN = Long.MIN_VALUE;

  private final long[] fields;

  private ScanStamps(long[] fields) {
    this.fields = fields;
  }

  /** Stamps for so many entries, none of them known. */
  static ScanStamps of(int entries) {
    long[] fields = new long[entries * FIELDS];
    Arrays.fill(fields, UNKNOWN);
    return new ScanStamps(fields);
  }

  /** Whether the file looks as it did. */
  boolean matches(int entry, FileStat stat) {
    int at = entry * FIELDS;
    return fields[at] == stat.changedNanos()
        && fields[at + 1] == stat.modifiedNanos()
        && fields[at + 2] == stat.inode()
        && fields[at + 3] == stat.size();
  }

  /**
   * Remembers how a file looked, if that can be believed later.
   *
   * @param lookedNanos since the epoch, before the file was read
   */
  void put(int entry, FileStat stat, long lookedNanos) {
    int at = entry * FIELDS;
    fields[at] = isSettled(stat, lookedNanos) ? stat.changedNanos() : UNKNOWN;
    fields[at + 1] = stat.modifiedNanos();
    fields[at + 2] = stat.inode();
    fields[at + 3] = stat.size();
  }

  /**
   * Whether any change of the file after that moment gives it another ctime than it has here.
   *
   * @param nanos since the epoch
   */
  static boolean isSettled(FileStat stat, long nanos) {
    boolean coarse = stat.changedNanos() % SECOND_NANOS == 0;
    return stat.changedNanos() < nanos - (coarse ? COARSE_MARGIN_NANOS : FINE_MARGIN_NANOS);
  }

  /**
   * Remembers how a file looks that we have just written ourselves, while nobody else could. Later
   * changes come after a container has started: ticks of the clock apart.
   */
  void putWritten(int entry, FileStat stat) {
    put(entry, stat, stat.changedNanos() + FINE_MARGIN_NANOS + 1);
  }

  /** Takes over what other stamps say of an entry. */
  void copy(int entry, ScanStamps other, int otherEntry) {
    System.arraycopy(other.fields, otherEntry * FIELDS, fields, entry * FIELDS, FIELDS);
  }

  void writeTo(OutputStream target, Digest manifest) throws IOException {
    DataOutputStream out = new DataOutputStream(new BufferedOutputStream(target, 1 << 16));
    out.write(MAGIC);
    out.write(manifest.toBytes());
    out.writeInt(fields.length / FIELDS);
    for (long field : fields) {
      out.writeLong(field);
    }
    out.flush();
  }

  /** Reads the stamps of a manifest of {@code entries} entries; anything else counts as none. */
  static ScanStamps read(InputStream source, Digest manifest, int entries) throws IOException {
    DataInputStream in = new DataInputStream(new BufferedInputStream(source, 1 << 16));
    boolean fits =
        Arrays.equals(MAGIC, in.readNBytes(MAGIC.length))
            && Arrays.equals(manifest.toBytes(), in.readNBytes(Digest.LENGTH))
            && in.readInt() == entries;
    if (!fits) {
      return of(entries);
    }
    long[] fields = new long[entries * FIELDS];
    for (int i = 0; i < fields.length; i++) {
      fields[i] = in.readLong();
    }
    return new ScanStamps(fields);
  }
}
