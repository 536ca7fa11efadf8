package io.jenkins.plugins.dockerfilebuild.execution.docker.transfer;

import io.jenkins.plugins.dockerfilebuild.content.ContextException;
import io.jenkins.plugins.dockerfilebuild.content.PathPattern;
import io.jenkins.plugins.dockerfilebuild.execution.docker.files.TransferException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * A relative path with wildcards, matched element by element with {@link PathPattern}; an element
 * {@code **}, which {@code --parents} and {@code --exclude} allow, stands for any number of them.
 * Immutable.
 */
final class SourcePattern {

  private static final String ANY_DEPTH = "**";

  /** One pattern for each element; empty for {@code **}. */
  private final List<Optional<PathPattern>> elements;

  private SourcePattern(List<Optional<PathPattern>> elements) {
    this.elements = elements;
  }

  /**
   * A pattern in which {@code **} stands for any number of elements.
   *
   * @throws TransferException a bracket or an escape that does not end
   */
  static SourcePattern parse(String pattern) {
    return of(
        pattern, e -> e.equals(ANY_DEPTH) ? Optional.empty() : Optional.of(PathPattern.parse(e)));
  }

  /** As {@link #parse}, but {@code **} is no more than {@code *}, as in COPY's plain sources. */
  static SourcePattern ofElements(String pattern) {
    return of(pattern, element -> Optional.of(PathPattern.parse(element)));
  }

  private static SourcePattern of(String pattern, Function<String, Optional<PathPattern>> element) {
    try {
      return new SourcePattern(Arrays.stream(pattern.split("/", -1)).map(element).toList());
    } catch (ContextException e) {
      throw new TransferException(e.getMessage(), e);
    }
  }

  boolean matches(String path) {
    return matches(0, path.split("/", -1), 0);
  }

  /** Whether {@code path} or a directory above it matches. */
  boolean matchesOrHolds(String path) {
    for (int end = path.indexOf('/'); end >= 0; end = path.indexOf('/', end + 1)) {
      if (matches(path.substring(0, end))) {
        return true;
      }
    }
    return matches(path);
  }

  /** How many elements a path must have to match, where none is {@code **}. */
  int size() {
    return elements.size();
  }

  private boolean matches(int element, String[] path, int at) {
    if (element == elements.size()) {
      return at == path.length;
    }
    Optional<PathPattern> pattern = elements.get(element);
    if (pattern.isEmpty()) {
      return matches(element + 1, path, at) || (at < path.length && matches(element, path, at + 1));
    }
    return at < path.length
        && pattern.get().matches(path[at])
        && matches(element + 1, path, at + 1);
  }
}
