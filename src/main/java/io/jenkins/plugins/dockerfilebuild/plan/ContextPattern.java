package io.jenkins.plugins.dockerfilebuild.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A source of COPY or ADD in the build context. With {@code --parents} what stands before the first
 * {@code /./}, or else the whole context, is the source, and the rest a pattern as in {@code
 * .dockerignore} that says what of it is copied: BuildKit's rule ({@code convert_copy.go}).
 *
 * @param text as written, after expansion
 * @param excludes of {@code --exclude}
 * @param unpack whether archives are unpacked
 * @param parents of {@code --parents}
 */
record ContextPattern(String text, List<String> excludes, boolean unpack, boolean parents) {

  private static final String PIVOT = "/./";

  /** The source, which may have wildcards for single elements. */
  String root() {
    return parents ? text.substring(0, Math.max(0, text.indexOf(PIVOT))) : text;
  }

  /**
   * What below the source is copied, relative to it; {@code ""} is everything.
   *
   * @return empty where everything is for want of {@code --parents}
   */
  Optional<String> include() {
    if (!parents) {
      return Optional.empty();
    }
    int pivot = text.indexOf(PIVOT);
    String below = pivot < 0 ? text : text.substring(pivot + PIVOT.length());
    return Optional.of(UnixPath.belowRoot(below).replaceFirst("^/", ""));
  }

  /** What a tree of the source is without: see {@code ContextTree.tree}. */
  List<List<String>> leftOut() {
    List<List<String>> leftOut = new ArrayList<>();
    include().filter(p -> !p.isEmpty()).ifPresent(p -> leftOut.add(List.of("**", "!" + p)));
    if (!excludes.isEmpty()) {
      leftOut.add(excludes);
    }
    return leftOut;
  }

  /** The whole of it as one path. */
  String path() {
    return include().map(below -> root() + "/" + below).orElse(text);
  }
}
