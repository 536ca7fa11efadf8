package io.jenkins.plugins.dockerfilebuild.content;

/**
 * One file, directory or symbolic link of a {@link Tree}. Counts what BuildKit's content hash
 * counts (type, mode, bytes, link target) and, as there, no time stamp. Owners are not part of it:
 * what comes from a build context belongs to root wherever it lands.
 *
 * @param path below the tree's root, separated by {@code /}, no leading or trailing slash, no
 *     {@code .} or {@code ..} in it; {@code ""} is the root itself
 * @param mode permission bits with setuid, setgid and sticky ({@code 07777})
 * @param size bytes of a file, else 0
 * @param content digest of a file's bytes; null unless {@code type} is FILE
 * @param linkTarget of a symbolic link, as stored; else {@code ""}
 */
public record TreeEntry(
    String path, Type type, int mode, long size, Digest content, String linkTarget) {

  /** Linux refuses longer ones in every call that takes a path. */
  public static final int MAX_PATH_LENGTH = 4095;

  private static final int MAX_NAME_LENGTH = 255;
  private static final int ALL_MODE_BITS = 07777;

  /** What can be in a tree. Devices, sockets and pipes cannot. */
  public enum Type {
    FILE,
    DIRECTORY,
    SYMLINK
  }

  /**
   * @throws MalformedTreeException a path that climbs, is absolute or too long, or parts that do
   *     not belong to the type
   */
  public TreeEntry {
    checkPath(path);
    boolean file = type == Type.FILE;
    if (file != (content != null) || size < 0 || (!file && size != 0)) {
      throw new MalformedTreeException("size or content do not fit the type of " + path);
    }
    if ((type == Type.SYMLINK) == linkTarget.isEmpty() || linkTarget.length() > MAX_PATH_LENGTH) {
      throw new MalformedTreeException("link target does not fit the type of " + path);
    }
    if ((mode & ~ALL_MODE_BITS) != 0 || linkTarget.indexOf('\0') >= 0) {
      throw new MalformedTreeException("mode or link target of " + path + " is out of range");
    }
  }

  public static TreeEntry file(String path, int mode, long size, Digest content) {
    return new TreeEntry(path, Type.FILE, mode, size, content, "");
  }

  public static TreeEntry directory(String path, int mode) {
    return new TreeEntry(path, Type.DIRECTORY, mode, 0, null, "");
  }

  /** The mode of a link is 0777, as Linux reports it; nothing ever looks at it. */
  public static TreeEntry symlink(String path, String target) {
    return new TreeEntry(path, Type.SYMLINK, 0777, 0, null, target);
  }

  public boolean isDirectory() {
    return type == Type.DIRECTORY;
  }

  /** Path of the directory that holds this entry; {@code ""} for the root's children. */
  String parent() {
    return path.substring(0, Math.max(0, path.lastIndexOf('/')));
  }

  private static void checkPath(String path) {
    if (path.isEmpty()) {
      return;
    }
    if (path.length() > MAX_PATH_LENGTH || path.indexOf('\0') >= 0) {
      throw new MalformedTreeException("a path is too long or holds a NUL");
    }
    int start = 0;
    while (start <= path.length()) {
      int slash = path.indexOf('/', start);
      int end = slash < 0 ? path.length() : slash;
      checkName(path, start, end);
      start = end + 1;
    }
  }

  private static void checkName(String path, int start, int end) {
    int length = end - start;
    boolean dots =
        length <= 2
            && path.charAt(Math.min(start, path.length() - 1)) == '.'
            && path.charAt(end - 1) == '.';
    if (length == 0 || length > MAX_NAME_LENGTH || dots) {
      throw new MalformedTreeException(
          "not a normalised relative path: " + path.substring(0, Math.min(path.length(), 200)));
    }
  }
}
