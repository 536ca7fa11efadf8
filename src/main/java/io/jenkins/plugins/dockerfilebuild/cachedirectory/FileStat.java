package io.jenkins.plugins.dockerfilebuild.cachedirectory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * What {@code lstat} says of a path.
 *
 * @param mode type and permission bits
 * @param modifiedNanos and {@code changedNanos} (mtime and ctime) since the epoch
 */
record FileStat(
    int mode,
    long size,
    long modifiedNanos,
    long changedNanos,
    long inode,
    int links,
    int uid,
    int gid) {

  // One lstat; "unix:*" would look up the owner's name as well.
  private static final String ATTRIBUTES =
      "unix:mode,size,lastModifiedTime,ctime,ino,nlink,uid,gid";

  private static final int TYPE_BITS = 0170000;
  private static final int DIRECTORY = 0040000;
  private static final int FILE = 0100000;
  private static final int SYMLINK = 0120000;
  private static final int PERMISSION_BITS = 07777;

  static FileStat of(Path path) throws IOException {
    Map<String, Object> stat = Files.readAttributes(path, ATTRIBUTES, LinkOption.NOFOLLOW_LINKS);
    return new FileStat(
        (Integer) stat.get("mode"),
        (Long) stat.get("size"),
        nanos(stat.get("lastModifiedTime")),
        nanos(stat.get("ctime")),
        (Long) stat.get("ino"),
        (Integer) stat.get("nlink"),
        (Integer) stat.get("uid"),
        (Integer) stat.get("gid"));
  }

  private static long nanos(Object fileTime) {
    return ((FileTime) fileTime).to(TimeUnit.NANOSECONDS);
  }

  boolean isDirectory() {
    return (mode & TYPE_BITS) == DIRECTORY;
  }

  boolean isFile() {
    return (mode & TYPE_BITS) == FILE;
  }

  boolean isSymlink() {
    return (mode & TYPE_BITS) == SYMLINK;
  }

  int permissions() {
    return mode & PERMISSION_BITS;
  }
}
