package io.jenkins.plugins.dockerfilebuild.cachedirectory;

import java.util.ArrayList;
import java.util.List;

/** Names in an archive as paths of a cache directory; bytes as {@link CacheEntry} has them. */
final class ArchivePaths {

  /** Linux's PATH_MAX and NAME_MAX. */
  private static final int MAX_PATH = 4096;

  private static final int MAX_NAME = 255;

  private ArchivePaths() {}

  /**
   * The path that a name means, without {@code .} and needless slashes; {@code ""} is the
   * directory.
   *
   * @throws MalformedArchiveException the name leads outside or is no name
   */
  static String path(String name) throws MalformedArchiveException {
    if (name.startsWith("/")) {
      throw refused(name, "is absolute; tar -C DIR -c . makes an archive without such names");
    }
    List<String> parts = new ArrayList<>();
    for (String part : name.split("/", -1)) {
      if (part.equals("..")) {
        throw refused(name, "leads out of the directory");
      }
      if (part.length() > MAX_NAME || part.indexOf('\0') >= 0) {
        throw refused(name, "is not a name that a file can have");
      }
      if (!part.isEmpty() && !part.equals(".")) {
        parts.add(part);
      }
    }
    String path = String.join("/", parts);
    if (path.length() > MAX_PATH) {
      throw refused(name, "is longer than a path can be");
    }
    return path;
  }

  /**
   * Checks where a symbolic link leads.
   *
   * @param path of the link
   */
  static void checkInside(String path, String target) throws MalformedArchiveException {
    int depth = (int) path.chars().filter(c -> c == '/').count();
    boolean outside = target.startsWith("/");
    for (String part : target.split("/", -1)) {
      if (part.equals("..")) {
        depth--;
      } else if (!part.isEmpty() && !part.equals(".")) {
        depth++;
      }
      outside |= depth < 0;
    }
    if (outside) {
      throw refused(path, "is a link that leads out of the directory, to " + shown(target));
    }
  }

  static MalformedArchiveException refused(String name, String why) {
    return new MalformedArchiveException(
        "the archive is refused: its entry " + shown(name) + " " + why);
  }

  private static String shown(String name) {
    return EntryReader.shown(name);
  }
}
