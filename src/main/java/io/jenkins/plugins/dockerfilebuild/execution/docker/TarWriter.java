package io.jenkins.plugins.dockerfilebuild.execution.docker;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.attribute.FileTime;
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
    tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
    tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
    tar.setAddPaxHeadersForNonAsciiNames(true);
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
    tar.putArchiveEntry(entry);
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

  private static void apply(FileAttributes attributes, int mode, TarArchiveEntry entry) {
    entry.setMode(mode);
    entry.setUserId(attributes.uid());
    entry.setGroupId(attributes.gid());
    entry.setUserName("");
    entry.setGroupName("");
    entry.setLastModifiedTime(FileTime.fromMillis(attributes.modified().getEpochSecond() * 1000));
    attributes.xattrs().forEach(entry::addPaxHeader);
  }

  private static String onTheWire(String path) {
    return path.substring(1);
  }
}
