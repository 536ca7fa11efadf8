package io.jenkins.plugins.dockerfilebuild.content;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * What {@code lstat} says of a file: everything that changes when its content does, if the clock
 * and the file system are honest ({@link StatCache} says when they are believed).
 *
 * @param mode type and permission bits
 * @param modifiedNanos and {@code changedNanos} (mtime and ctime) since the epoch
 */
record FileStamp(
    int mode, long size, long modifiedNanos, long changedNanos, long inode, long device) {

  // One lstat. Asking for "unix:*" takes five times as long: it looks up the owner's name.
  private static final String ATTRIBUTES = "unix:mode,size,lastModifiedTime,ctime,ino,dev";

  private static final int TYPE_BITS = 0170000;
  private static final int PERMISSION_BITS = 07777;

  /** The kinds of file that Linux knows, with their bits in a mode. */
  enum Kind {
    PIPE(0010000),
    CHARACTER_DEVICE(0020000),
    DIRECTORY(0040000),
    BLOCK_DEVICE(0060000),
    FILE(0100000),
    SYMLINK(0120000),
    SOCKET(0140000);

    private final int bits;

    Kind(int bits) {
      this.bits = bits;
    }
  }

  /** Looks at {@code path} itself, a symbolic link not followed. */
  static FileStamp of(Path path) throws IOException {
    Map<String, Object> stat = Files.readAttributes(path, ATTRIBUTES, LinkOption.NOFOLLOW_LINKS);
    return new FileStamp(
        (Integer) stat.get("mode"),
        (Long) stat.get("size"),
        nanos(stat.get("lastModifiedTime")),
        nanos(stat.get("ctime")),
        (Long) stat.get("ino"),
        (Long) stat.get("dev"));
  }

  Kind kind() {
    for (Kind kind : Kind.values()) {
      if ((mode & TYPE_BITS) == kind.bits) {
        return kind;
      }
    }
    throw new IllegalStateException("unknown type in mode " + Integer.toOctalString(mode));
  }

  int permissions() {
    return mode & PERMISSION_BITS;
  }

  private static long nanos(Object fileTime) {
    return ((FileTime) fileTime).to(TimeUnit.NANOSECONDS);
  }
}
