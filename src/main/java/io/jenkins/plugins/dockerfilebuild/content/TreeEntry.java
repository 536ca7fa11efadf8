package io.jenkins.plugins.dockerfilebuild.content;

/**
 * One file, directory or symbolic link of a {@link Tree}. Counts what BuildKit's content hash
 * counts (type, mode, bytes, link target) and, as there, no time stamp. Owners are not part of it:
 * what comes from a build context belongs to root wherever it lands.
 *
 * @param path below the tree's root, separated by {@code /}, no leading or trailing slash; {@code
 *     ""} is the root itself
 * @param mode permission bits with setuid, setgid and sticky ({@code 07777})
 * @param size bytes of a file, else 0
 * @param content digest of a file's bytes; null unless {@code type} is FILE
 * @param linkTarget of a symbolic link, as stored; else {@code ""}
 */
public record TreeEntry(
    String path, Type type, int mode, long size, Digest content, String linkTarget) {

  /** What can be in a tree. Devices, sockets and pipes cannot. */
  public enum Type {
    FILE,
    DIRECTORY,
    SYMLINK
  }
}
