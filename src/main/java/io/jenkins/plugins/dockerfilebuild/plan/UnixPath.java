package io.jenkins.plugins.dockerfilebuild.plan;

import java.util.ArrayDeque;
import java.util.Deque;

/** Paths inside an image: always with {@code /}, never looked up on the machine that plans. */
final class UnixPath {

  private UnixPath() {}

  /**
   * {@code path} below {@code directory} unless it is absolute, without {@code .}, {@code ..} and
   * doubled slashes; {@code ..} stops at the root. Absolute, no slash at the end but of the root.
   */
  static String resolve(String directory, String path) {
    Deque<String> elements = new ArrayDeque<>();
    String whole = path.startsWith("/") ? path : directory + "/" + path;
    for (String element : whole.split("/", -1)) {
      if (element.equals("..")) {
        elements.pollLast();
      } else if (!element.isEmpty() && !element.equals(".")) {
        elements.addLast(element);
      }
    }
    return "/" + String.join("/", elements);
  }

  /** As {@link #resolve}; a slash or a dot at the end of {@code path} leaves a slash. */
  static String resolveKeepingSlash(String directory, String path) {
    String clean = resolve(directory, path);
    boolean isDirectory = path.isEmpty() || path.endsWith("/") || path.matches("(.*/)?\\.\\.?");
    return isDirectory && !clean.equals("/") ? clean + "/" : clean;
  }

  /** A path below a root that has no name: {@code ""} for the root itself. */
  static String belowRoot(String path) {
    String clean = resolve("/", path);
    return clean.equals("/") ? "" : clean;
  }

  static String lastElement(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }
}
