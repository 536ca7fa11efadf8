package io.jenkins.plugins.dockerfilebuild.execution.docker.files;

import io.jenkins.plugins.dockerfilebuild.content.FileNames;
import io.jenkins.plugins.dockerfilebuild.content.PaxRecords;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.TreeMap;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/**
 * Writes the tar that the engine unpacks at {@code /} of a container: POSIX (PAX) format, names of
 * any length in UTF-8, or with bytes that are none as {@link TarReader} tells them. Paths are
 * absolute and clean. Not thread-safe.
 */
public final class TarWriter implements Closeable {

  private static final int DIRECTORY_TYPE = 040000;
  private static final int FILE_TYPE = 0100000;
  private static final int LINK_MODE = 0777;

  /** Names of this length do not fit a tar header. */
  private static final int SHORT_NAME = 100;

  private final TarArchiveOutputStream tar;

  /** Whether times keep their part below a second. */
  private final boolean exactTimes;

  /** Whether names and targets of links hold one byte in each character, whatever these mean. */
  private final boolean namesAreBytes;

  /** For layers: times to the second, all that engines tell of them later. */
  public TarWriter(OutputStream out) {
    this(out, false, false);
  }

  private TarWriter(OutputStream out, boolean exactTimes, boolean namesAreBytes) {
    this.tar = new TarArchiveOutputStream(out, namesAreBytes ? "ISO-8859-1" : "UTF-8");
    this.exactTimes = exactTimes;
    this.namesAreBytes = namesAreBytes;
    usePaxHeaders(true);
  }

  /** For directories that are mounted: times to the nanosecond, which engines take. */
  public static TarWriter withExactTimes(OutputStream out) {
    return new TarWriter(out, true, false);
  }

  /**
   * For cache directories, likewise. Names hold one byte in each character, for they need not be
   * text; and everything may have extended attributes.
   */
  public static TarWriter ofBytes(OutputStream out) {
    return new TarWriter(out, true, true);
  }

  /** Writes a directory; its parents are not made. */
  public void directory(String path, FileAttributes attributes) throws IOException {
    TarArchiveEntry entry = new TarArchiveEntry(onTheWire(path) + "/", TarConstants.LF_DIR);
    apply(attributes, DIRECTORY_TYPE | attributes.mode(), entry);
    putWithoutContent(entry, attributes);
  }

  /**
   * @throws IOException also where {@code content} has another length than {@code size}
   */
  public void file(String path, FileAttributes attributes, long size, InputStream content)
      throws IOException {
    TarArchiveEntry entry = new TarArchiveEntry(onTheWire(path), TarConstants.LF_NORMAL);
    apply(attributes, FILE_TYPE | attributes.mode(), entry);
    entry.setSize(size);
    put(entry, attributes);
    content.transferTo(tar);
    tar.closeArchiveEntry();
  }

  /** Writes a symbolic link with any target. */
  public void symbolicLink(String path, FileAttributes attributes, String target)
      throws IOException {
    TarArchiveEntry entry = new TarArchiveEntry(onTheWire(path), TarConstants.LF_SYMLINK);
    apply(attributes, LINK_MODE, entry);
    entry.setLinkName(target);
    putWithoutContent(entry, attributes);
  }

  /** Another name for {@code target}, a path that this archive or the container has already. */
  public void hardLink(String path, FileAttributes attributes, String target) throws IOException {
    TarArchiveEntry entry = new TarArchiveEntry(onTheWire(path), TarConstants.LF_LINK);
    apply(attributes, FILE_TYPE | attributes.mode(), entry);
    entry.setLinkName(onTheWire(target));
    putWithoutContent(entry, attributes);
  }

  /** Whether it is a device or a pipe; to commons-compress these are files as well. */
  public static boolean isSpecial(TarArchiveEntry entry) {
    return entry.isBlockDevice() || entry.isCharacterDevice() || entry.isFIFO();
  }

  /** A device or a pipe like {@code original}. */
  public void special(String path, FileAttributes attributes, TarArchiveEntry original)
      throws IOException {
    TarArchiveEntry entry = new TarArchiveEntry(onTheWire(path), original.getLinkFlag());
    apply(attributes, attributes.mode(), entry);
    entry.setDevMajor(original.getDevMajor());
    entry.setDevMinor(original.getDevMinor());
    putWithoutContent(entry, attributes);
  }

  /**
   * What {@code original} is in another archive, a hard link excepted.
   *
   * @param content of a file
   */
  public void copy(
      String path, FileAttributes attributes, TarArchiveEntry original, InputStream content)
      throws IOException {
    if (original.isDirectory()) {
      directory(path, attributes);
    } else if (original.isSymbolicLink()) {
      symbolicLink(path, attributes, original.getLinkName());
    } else if (isSpecial(original)) {
      special(path, attributes, original);
    } else {
      file(path, attributes, original.getSize(), content);
    }
  }

  /** Ends the archive. */
  @Override
  public void close() throws IOException {
    tar.close();
  }

  private void putWithoutContent(TarArchiveEntry entry, FileAttributes attributes)
      throws IOException {
    entry.setSize(0);
    if (namesAreBytes || !isText(entry)) {
      put(entry, attributes);
    } else {
      tar.putArchiveEntry(entry);
    }
    tar.closeArchiveEntry();
  }

  private void put(TarArchiveEntry entry, FileAttributes attributes) throws IOException {
    boolean bytes =
        namesAreBytes
            ? isLongOrNoAscii(entry.getName()) || isLongOrNoAscii(entry.getLinkName())
            : !isText(entry);
    if (attributes.xattrs().isEmpty() && !bytes) {
      tar.putArchiveEntry(entry);
      return;
    }
    usePaxHeaders(false);
    putHeaderOfOurOwn(entry, attributes);
    tar.putArchiveEntry(entry);
    usePaxHeaders(true);
  }

  /** The PAX header of a file whose names or attributes are bytes. */
  private void putHeaderOfOurOwn(TarArchiveEntry entry, FileAttributes attributes)
      throws IOException {
    PaxRecords records = new PaxRecords();
    records.add("path", bytes(entry.getName()));
    if (entry.isLink() || entry.isSymbolicLink()) {
      records.add("linkpath", bytes(entry.getLinkName()));
    }
    records.add("size", bytes(String.valueOf(entry.getSize())));
    if (exactTimes) {
      Instant time = attributes.modified();
      String text = "%d.%09d".formatted(time.getEpochSecond(), time.getNano());
      records.add("mtime", text.getBytes(StandardCharsets.US_ASCII));
    }
    new TreeMap<>(attributes.xattrs())
        .forEach((name, value) -> records.add("SCHILY.xattr." + name, value.toArray()));
    records.writeTo(tar, entry.getLastModifiedTime());
  }

  private byte[] bytes(String name) {
    return namesAreBytes ? name.getBytes(StandardCharsets.ISO_8859_1) : FileNames.bytes(name);
  }

  private static boolean isText(TarArchiveEntry entry) {
    return FileNames.isText(entry.getName()) && FileNames.isText(entry.getLinkName());
  }

  /** What a header of the old kind cannot say. */
  private static boolean isLongOrNoAscii(String name) {
    return name.length() >= SHORT_NAME || name.chars().anyMatch(c -> c >= 0x80);
  }

  private void usePaxHeaders(boolean use) {
    tar.setLongFileMode(
        use ? TarArchiveOutputStream.LONGFILE_POSIX : TarArchiveOutputStream.LONGFILE_TRUNCATE);
    tar.setBigNumberMode(
        use ? TarArchiveOutputStream.BIGNUMBER_POSIX : TarArchiveOutputStream.BIGNUMBER_STAR);
    tar.setAddPaxHeadersForNonAsciiNames(use && !namesAreBytes);
  }

  private void apply(FileAttributes attributes, int mode, TarArchiveEntry entry) {
    entry.setMode(mode);
    entry.setUserId(attributes.uid());
    entry.setGroupId(attributes.gid());
    entry.setUserName("");
    entry.setGroupName("");
    entry.setLastModifiedTime(
        exactTimes
            ? FileTime.from(attributes.modified())
            : FileTime.fromMillis(attributes.modified().getEpochSecond() * 1000));
  }

  private static String onTheWire(String path) {
    return path.substring(1);
  }
}
