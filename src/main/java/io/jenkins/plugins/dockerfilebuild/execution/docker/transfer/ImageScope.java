package io.jenkins.plugins.dockerfilebuild.execution.docker.transfer;

import io.jenkins.plugins.dockerfilebuild.execution.docker.files.ContainerPath;
import io.jenkins.plugins.dockerfilebuild.execution.docker.transfer.ImageSelection.Place;
import java.util.Optional;

/**
 * Which files of an image's archive a source path of COPY names.
 *
 * @param source name of the archive's root, where the root itself is the source
 * @param sources else, which paths below the root are sources; a pattern without {@code **}
 * @param include what of the sources is taken, for {@code --parents}; empty: everything
 */
record ImageScope(
    String source,
    Optional<SourcePattern> sources,
    Optional<SourcePattern> include,
    Exclusions exclusions) {

  /** Where {@code path} of the archive lies; empty if it is no source and below none. */
  Optional<Place> place(String path) {
    if (sources.isEmpty()) {
      return Optional.of(new Place(source, path));
    }
    int end = endOfElement(path, sources.get().size());
    if (path.isEmpty() || end < 0 || !sources.get().matches(path.substring(0, end))) {
      return Optional.empty();
    }
    String name = ContainerPath.name(path.substring(0, end));
    return Optional.of(new Place(name, path.substring(Math.min(end + 1, path.length()))));
  }

  /** Whether the file at {@code place} is taken. */
  boolean takes(Place place, boolean directory) {
    if (place.inside().isEmpty()) {
      return directory ? include.isEmpty() : !exclusions.exclude(place.source());
    }
    return include.map(pattern -> pattern.matchesOrHolds(place.inside())).orElse(true)
        && !exclusions.exclude(place.inside());
  }

  /** Where the {@code count}-th element of {@code path} ends, -1 if it has fewer. */
  private static int endOfElement(String path, int count) {
    int end = -1;
    for (int i = 0; i < count; i++) {
      if (end == path.length()) {
        return -1;
      }
      int slash = path.indexOf('/', end + 1);
      end = slash < 0 ? path.length() : slash;
    }
    return end;
  }
}
