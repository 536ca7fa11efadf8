package io.jenkins.plugins.dockerfilebuild.dockerfile;

import java.util.ArrayDeque;
import java.util.Deque;

/** Paths with slashes as text, whatever machine this runs on (Go's package {@code path}). */
final class SlashPath {

  private SlashPath() {}

  /** The shortest equal path: no {@code .}, no double slash, {@code ..} only at the start. */
  static String clean(String path) {
    boolean absolute = path.startsWith("/");
    Deque<String> kept = new ArrayDeque<>();
    for (String part : path.split("/", -1)) {
      if (part.isEmpty() || part.equals(".")) {
        continue;
      }
      if (!part.equals("..")) {
        kept.addLast(part);
      } else if (!kept.isEmpty() && !kept.peekLast().equals("..")) {
        kept.removeLast();
      } else if (!absolute) {
        kept.addLast(part);
      }
    }
    String joined = String.join("/", kept);
    if (absolute) {
      return "/" + joined;
    }
    return joined.isEmpty() ? "." : joined;
  }

  /** The last element; "." of an empty path, "/" of one that is nothing but slashes. */
  static String base(String path) {
    String clean = clean(path.endsWith("..") ? path + "/x/.." : path);
    return clean.equals("/") ? "/" : clean.substring(clean.lastIndexOf('/') + 1);
  }
}
