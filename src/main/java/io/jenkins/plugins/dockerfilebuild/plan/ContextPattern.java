package io.jenkins.plugins.dockerfilebuild.plan;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A source of COPY or ADD in the build context.
 *
 * @param text as written, after expansion
 * @param excludes of {@code --exclude}
 * @param unpack whether archives are unpacked
 * @param parents whether a {@code /./} says how many leading elements are not kept
 */
record ContextPattern(String text, List<String> excludes, boolean unpack, boolean parents) {

  private static final String PIVOT = "/./";

  boolean hasWildcards() {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '*' || c == '?' || c == '[') {
        return true;
      }
      if (c == '\\') {
        i++;
      }
    }
    return false;
  }

  String withoutPivot() {
    return parents ? text.replace(PIVOT, "/") : text;
  }

  /** Puts the pivot into a path that {@link #withoutPivot} resolved to, where it was. */
  String withPivot(String path) {
    int pivot = parents ? text.indexOf(PIVOT) : -1;
    if (pivot < 0) {
      return path;
    }
    String before = UnixPath.belowRoot(text.substring(0, pivot));
    int elements = before.isEmpty() ? 0 : before.split("/").length - 1;
    List<String> all = new ArrayList<>(Arrays.asList(path.split("/")));
    all.add(Math.min(elements, all.size()), ".");
    return String.join("/", all);
  }
}
