package io.jenkins.plugins.dockerfilebuild.execution.docker;

import io.jenkins.plugins.dockerfilebuild.content.Bytes;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.TreeMap;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/**
 * Writes the tar that the engine unpacks at {@code /} of a container: POSIX (PAX) format, names of
 * any length in UTF-8. Paths are absolute and clean. Not thread-safe.
 */
final class TarWriter implements Closeable {

  private static final int DIRECTORY_TYPE = 040000;
  private static final int FILE_TYPE = 0100000;
  private static final int LINK_MODE = 0777;

  private final TarArchiveOutputStream tar;

  TarWriter(OutputStream out) {
    tar = new TarArchiveOutputStream(out, "UTF-8");
    usePaxHeaders(true);
  }

  void directory(String path, FileAttributes attributes) throws IOException {
    TarArchiveEntry entry = new TarArchiveEntry(onTheWire(path) + "/", TarConstants.LF_DIR);
    apply(attributes, DIRECTORY_TYPE | attributes.mode(), entry);
    putWithoutContent(entry);
  }

  /**
   * @throws IOException also where {@code content} has another length than {@code size}
   */
  void file(String path, FileAttributes attributes, long size, InputStream content)
      throws IOException {
    TarArchiveEntry entry = new TarArchiveEntry(onTheWire(path), TarConstants.LF_NORMAL);
    apply(attributes, FILE_TYPE | attributes.mode(), entry);
    entry.setSize(size);
    put(entry, attributes);
    content.transferTo(tar);
    tar.closeArchiveEntry();
  }

  void symbolicLink(String path, FileAttributes attributes, String target) throws IOException {
    TarArchiveEntry entry = new TarArchiveEntry(onTheWire(path), TarConstants.LF_SYMLINK);
    apply(attributes, LINK_MODE, entry);
    entry.setLinkName(target);
    putWithoutContent(entry);
  }

  /** Another name for {@code target}, a path that this archive or the container has already. */
  void hardLink(String path, FileAttributes attributes, String target) throws IOException {
    TarArchiveEntry entry = new TarArchiveEntry(onTheWire(path), TarConstants.LF_LINK);
    apply(attributes, FILE_TYPE | attributes.mode(), entry);
    entry.setLinkName(onTheWire(target));
    putWithoutContent(entry);
  }

  /** Whether it is a device or a pipe; to commons-compress these are files as well. */
  static boolean isSpecial(TarArchiveEntry entry) {
    return entry.isBlockDevice() || entry.isCharacterDevice() || entry.isFIFO();
  }

  /** A device or a pipe like {@code original}. */
  void special(String path, FileAttributes attributes, TarArchiveEntry original)
      throws IOException {
    TarArchiveEntry entry = new TarArchiveEntry(onTheWire(path), original.getLinkFlag());
    apply(attributes, attributes.mode(), entry);
    entry.setDevMajor(original.getDevMajor());
    entry.setDevMinor(original.getDevMinor());
    putWithoutContent(entry);
  }

  /** Ends the archive. */
  @Override
  public void close() throws IOException {
    tar.close();
  }

  private void putWithoutContent(TarArchiveEntry entry) throws IOException {
    entry.setSize(0);
    tar.putArchiveEntry(entry);
    tar.closeArchiveEntry();
  }

  private void put(TarArchiveEntry entry, FileAttributes attributes) throws IOException {
    if (attributes.xattrs().isEmpty()) {
      tar.putArchiveEntry(entry);
      return;
    }
    usePaxHeaders(false);
    putHeaderOfOurOwn(entry, attributes);
    tar.putArchiveEntry(entry);
    usePaxHeaders(true);
  }

  /**
   * Writes the PAX header of a file with extended attributes, which are bytes: commons-compress
   * 1.28 can only write text. It has to hold whatever else needs one, for a reader heeds one alone.
   */
  private void putHeaderOfOurOwn(TarArchiveEntry entry, FileAttributes attributes)
      throws IOException {
    ByteArrayOutputStream records = new ByteArrayOutputStream();
    addRecord(records, "path", entry.getName().getBytes(StandardCharsets.UTF_8));
    addRecord(records, "size", String.valueOf(entry.getSize()).getBytes(StandardCharsets.UTF_8));
    for (Map.Entry<String, Bytes> xattr : new TreeMap<>(attributes.xattrs()).entrySet()) {
      addRecord(records, "SCHILY.xattr." + xattr.getKey(), xattr.getValue().toArray());
    }
    TarArchiveEntry header =
        new TarArchiveEntry("PaxHeaders/file", TarConstants.LF_PAX_EXTENDED_HEADER_LC);
    header.setLastModifiedTime(entry.getLastModifiedTime());
    header.setSize(records.size());
    tar.putArchiveEntry(header);
    records.writeTo(tar);
    tar.closeArchiveEntry();
  }

  /** {@code LENGTH KEY=VALUE\n}; the length counts its own digits. */
  private static void addRecord(ByteArrayOutputStream records, String key, byte[] value)
      throws IOException {
    byte[] name = (" " + key + "=").getBytes(StandardCharsets.UTF_8);
    int rest = name.length + value.length + 1;
    int length = rest + String.valueOf(rest).length();
    length = rest + String.valueOf(length).length();
    records.write(String.valueOf(length).getBytes(StandardCharsets.US_ASCII));
    records.write(name);
    records.write(value);
    records.write('\n');
  }

  private void usePaxHeaders(boolean use) {
    tar.setLongFileMode(
        use ? TarArchiveOutputStream.LONGFILE_POSIX : TarArchiveOutputStream.LONGFILE_TRUNCATE);
    tar.setBigNumberMode(
        use ? TarArchiveOutputStream.BIGNUMBER_POSIX : TarArchiveOutputStream.BIGNUMBER_STAR);
    tar.setAddPaxHeadersForNonAsciiNames(use);
  }

  private static void apply(FileAttributes attributes, int mode, TarArchiveEntry entry) {
    entry.setMode(mode);
    entry.setUserId(attributes.uid());
    entry.setGroupId(attributes.gid());
    entry.setUserName("");
    entry.setGroupName("");
    entry.setLastModifiedTime(FileTime.fromMillis(attributes.modified().getEpochSecond() * 1000));
  }

  private static String onTheWire(String path) {
    return path.substring(1);
  }
}
