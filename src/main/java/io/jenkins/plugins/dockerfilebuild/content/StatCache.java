package io.jenkins.plugins.dockerfilebuild.content;

import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.CRC32C;
import java.util.zip.CheckedOutputStream;

/**
 * The digests of files that were read before, so that a file that has not changed is not read
 * again. Thread-safe. Several processes may share the file: the last one that saves wins, and the
 * others only lose time.
 *
 * <p><b>The rule</b> (decision 7). A digest is believed if the whole {@link FileStamp} is what it
 * was: size, mtime, ctime, inode, device and mode, times in nanoseconds. No call can set a ctime,
 * so an edit that keeps size and mtime ({@code touch -r}, {@code cp -p}, {@code rsync -t}) is
 * noticed. A digest is recorded only if the ctime was older than {@link #MARGIN} when the reading
 * began, since a second edit within one tick of the file system's clock would leave the stamp as it
 * is (Git calls such files "racily clean").
 *
 * <p><b>What it misses:</b> edits that bypass the file system's own bookkeeping: writing to the
 * block device, setting the machine's clock back to the very nanosecond, a network file system
 * whose server's clock lags by more than the margin or whose client answers from an old attribute
 * cache, and stores through a shared mapping that were made before the reading and reach the
 * inode's time only at write-back.
 *
 * <p>The file is a cache: unreadable, cut short, or of another version, it is as if it were not
 * there. Version 1, big-endian: {@code "dfb-stat1\n"}, then per file {@code length:2 path mode:4
 * size:8 mtime:8 ctime:8 inode:8 device:8 sha256:32}, and the CRC-32C of all that in 8 bytes.
 */
final class StatCache {

  /** Coarsest clock of a file system that matters (FAT and ext3 have 1 to 2 seconds). */
  static final Duration MARGIN = Duration.ofSeconds(2);

  private static final byte[] MAGIC = "dfb-stat1\n".getBytes(StandardCharsets.US_ASCII);
  private static final int FIXED_BYTES = 2 + 4 + 5 * Long.BYTES + Digest.LENGTH;

  /** Files that nothing asked for are remembered too, up to this many more than those asked for. */
  private static final int MAX_UNASKED = 50_000;

  private record Line(FileStamp stamp, Digest digest) {}

  private final Path file;
  private final Map<String, Line> loaded;
  // What was asked for or read by this process; goes into the file first.
  private final Map<String, Line> current = new ConcurrentHashMap<>();
  // Whether current holds a line that the file lacks.
  private volatile boolean changed;

  private StatCache(Path file, Map<String, Line> loaded) {
    this.file = file;
    this.loaded = loaded;
  }

  static StatCache load(Path file) {
    try {
      return new StatCache(file, Files.exists(file) ? decode(Files.readAllBytes(file)) : Map.of());
    } catch (IOException | RuntimeException e) {
      return new StatCache(file, Map.of());
    }
  }

  /** The digest of the file at {@code path}, which looks like {@code stamp} now. */
  Optional<Digest> lookup(String path, FileStamp stamp) {
    Line line = current.getOrDefault(path, loaded.get(path));
    if (line == null || !line.stamp().equals(stamp)) {
      return Optional.empty();
    }
    current.put(path, line);
    return Optional.of(line.digest());
  }

  /**
   * Remembers a digest, unless the file was too young to tell a later edit from this one.
   *
   * @param stamp before and after the reading
   * @param readingBeganNanos since the epoch
   */
  void record(String path, FileStamp stamp, Digest digest, long readingBeganNanos) {
    if (stamp.changedNanos() < readingBeganNanos - MARGIN.toNanos()) {
      current.put(path, new Line(stamp, digest));
      changed = true;
    }
  }

  /** Writes the file, if there is anything new to write. */
  synchronized void save() throws IOException {
    if (!changed) {
      return;
    }
    // Before the look at the lines: what comes meanwhile is for the next save.
    changed = false;
    Map<String, Line> lines = new HashMap<>(loaded);
    lines.keySet().removeAll(current.keySet());
    if (lines.size() > current.size() + MAX_UNASKED) {
      lines.clear();
    }
    lines.putAll(current);
    boolean written = false;
    try {
      AtomicFiles.write(file, out -> write(lines, out));
      written = true;
    } finally {
      if (!written) {
        changed = true;
      }
    }
  }

  private static void write(Map<String, Line> lines, OutputStream out) throws IOException {
    CheckedOutputStream checked =
        new CheckedOutputStream(new BufferedOutputStream(out, 1 << 16), new CRC32C());
    DataOutputStream data = new DataOutputStream(checked);
    data.write(MAGIC);
    for (Map.Entry<String, Line> line : lines.entrySet()) {
      byte[] name = line.getKey().getBytes(StandardCharsets.UTF_8);
      data.writeShort(name.length);
      data.write(name);
      FileStamp stamp = line.getValue().stamp();
      data.writeInt(stamp.mode());
      data.writeLong(stamp.size());
      data.writeLong(stamp.modifiedNanos());
      data.writeLong(stamp.changedNanos());
      data.writeLong(stamp.inode());
      data.writeLong(stamp.device());
      data.write(line.getValue().digest().toBytes());
    }
    data.writeLong(checked.getChecksum().getValue());
    data.flush();
  }

  private static Map<String, Line> decode(byte[] bytes) throws IOException {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    int end = bytes.length - Long.BYTES;
    if (end < MAGIC.length
        || !Arrays.equals(MAGIC, Arrays.copyOf(bytes, MAGIC.length))
        || in.getLong(end) != checksum(bytes)) {
      throw new IOException("not a stat cache of this version");
    }
    in.position(MAGIC.length).limit(end);
    Map<String, Line> lines = new HashMap<>(end / FIXED_BYTES);
    while (in.hasRemaining()) {
      int length = Short.toUnsignedInt(in.getShort());
      if (length > in.remaining()) {
        throw new BufferUnderflowException();
      }
      String path = new String(bytes, in.position(), length, StandardCharsets.UTF_8);
      in.position(in.position() + length);
      lines.put(path, decodeLine(in));
    }
    return lines;
  }

  private static Line decodeLine(ByteBuffer in) {
    FileStamp stamp =
        new FileStamp(
            in.getInt(), in.getLong(), in.getLong(), in.getLong(), in.getLong(), in.getLong());
    return new Line(stamp, Digest.from(in));
  }

  /** Of all but the last eight bytes. */
  private static long checksum(byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, bytes.length - Long.BYTES);
    return crc.getValue();
  }
}
