package io.jenkins.plugins.dockerfilebuild.cachedirectory;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Gives files the owner, mode, time and extended attributes that their entries say. Only root can
 * give files away; another user's files stay that user's.
 */
final class FileAttributes {

  static final FileAttributes OF_ENTRIES = new FileAttributes(true);

  /** For copies of which only names and bytes count: they stay as they are made. */
  static final FileAttributes NONE = new FileAttributes(false);

  private static final int ROOT = 0;

  private final boolean kept;

  private FileAttributes(boolean kept) {
    this.kept = kept;
  }

  /**
   * Gives them to a file or directory that has just been made or is to be changed.
   *
   * @return how it looks then; empty where attributes are not kept
   */
  Optional<FileStat> set(Path path, CacheEntry entry) throws IOException {
    if (!kept) {
      return Optional.empty();
    }
    for (var attribute : entry.attributes().entrySet()) {
      UserDefinedFileAttributeView view =
          Files.getFileAttributeView(path, UserDefinedFileAttributeView.class);
      String name = new String(latin(attribute.getKey()), StandardCharsets.UTF_8);
      view.write(name, ByteBuffer.wrap(latin(attribute.getValue())));
    }
    // Times before the mode: they need a file that can be opened. Both, or Java asks for the other.
    Files.getFileAttributeView(path, BasicFileAttributeView.class)
        .setTimes(time(entry), FileTime.fromMillis(System.currentTimeMillis()), null);
    FileStat now = FileStat.of(path);
    boolean given = owner(path, entry, now);
    // The owner's change has cleared setuid and setgid.
    if (given || now.permissions() != entry.mode()) {
      Files.setAttribute(path, "unix:mode", entry.mode());
      now = FileStat.of(path);
    }
    return Optional.of(now);
  }

  /** Removes extended attributes that the entry lacks. */
  void removeOthers(Path path, CacheEntry entry) throws IOException {
    if (!kept) {
      return;
    }
    for (String name : FileReading.attributes(path).keySet()) {
      if (!entry.attributes().containsKey(name)) {
        UserDefinedFileAttributeView view =
            Files.getFileAttributeView(path, UserDefinedFileAttributeView.class);
        view.delete(new String(latin(name), StandardCharsets.UTF_8));
      }
    }
  }

  /** Gives a symbolic link its owner; its time has no nanoseconds in Java and does not matter. */
  void setOfLink(Path path, CacheEntry entry) throws IOException {
    if (kept) {
      owner(path, entry, FileStat.of(path));
    }
  }

  /** Answers whether it had another owner before. */
  private static boolean owner(Path path, CacheEntry entry, FileStat now) throws IOException {
    boolean differs = now.uid() != entry.uid() || now.gid() != entry.gid();
    if (differs && isRoot()) {
      Files.setAttribute(path, "unix:uid", entry.uid(), LinkOption.NOFOLLOW_LINKS);
      Files.setAttribute(path, "unix:gid", entry.gid(), LinkOption.NOFOLLOW_LINKS);
    }
    return differs;
  }

  private static boolean isRoot() throws IOException {
    return Self.UID == ROOT;
  }

  /** Who this process is: the owner of what it makes. */
  private static final class Self {

    static final int UID = uid();

    private static int uid() {
      try {
        Path probe = Files.createTempFile("owner", "");
        try {
          return FileStat.of(probe).uid();
        } finally {
          Files.delete(probe);
        }
      } catch (IOException e) {
        return -1;
      }
    }
  }

  private static FileTime time(CacheEntry entry) {
    return FileTime.from(entry.modifiedNanos(), TimeUnit.NANOSECONDS);
  }

  private static byte[] latin(String bytes) {
    return bytes.getBytes(StandardCharsets.ISO_8859_1);
  }
}
