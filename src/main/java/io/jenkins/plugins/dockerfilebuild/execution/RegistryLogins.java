package io.jenkins.plugins.dockerfilebuild.execution;

import java.util.Locale;
import java.util.Optional;

/** Finds out who one is to a registry. Thread-safe. */
@FunctionalInterface
public interface RegistryLogins {

  /** Docker Hub, the registry of a name that names none. */
  String DOCKER_HUB = "docker.io";

  /** Anonymous everywhere. */
  RegistryLogins NONE = registry -> Optional.empty();

  /**
   * @param registry {@code host[:port]} as it stands in image names, {@link #DOCKER_HUB} for Docker
   *     Hub
   * @return empty to go there anonymously
   */
  Optional<RegistryLogin> of(String registry);

  /** The login for the registry that an image's name names. */
  default Optional<RegistryLogin> forImage(String reference) {
    return of(registry(reference));
  }

  /**
   * The first element of a name is a registry if it could be a host, or if it is no part of a
   * repository's name, for it has capital letters: as in {@code docker pull}.
   */
  static String registry(String reference) {
    int slash = reference.indexOf('/');
    String first = slash < 0 ? "" : reference.substring(0, slash);
    boolean host =
        first.contains(".")
            || first.contains(":")
            || first.equals("localhost")
            || !first.equals(first.toLowerCase(Locale.ROOT));
    return !host || first.equals("index.docker.io") ? DOCKER_HUB : first;
  }
}
