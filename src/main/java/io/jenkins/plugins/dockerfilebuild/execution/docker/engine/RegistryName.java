package io.jenkins.plugins.dockerfilebuild.execution.docker.engine;

import io.jenkins.plugins.dockerfilebuild.execution.RegistryLogins;

/**
 * An image's name as its registry knows it.
 *
 * @param host {@code host[:port]} of the registry's API
 * @param repository such as {@code library/busybox}
 */
public record RegistryName(String host, String repository, String tag) {

  private static final String DOCKER_HUB_API = "registry-1.docker.io";

  /** Reads {@code [host/]repository[:tag][@digest]} as {@code docker push} does. */
  public static RegistryName parse(String name) {
    String reference = name.replaceFirst("@.*", "");
    String host = RegistryLogins.registry(reference);
    boolean hub = host.equals(RegistryLogins.DOCKER_HUB);
    String rest =
        reference.startsWith(host + "/") || reference.startsWith("index.docker.io/")
            ? reference.substring(reference.indexOf('/') + 1)
            : reference;
    int colon = rest.indexOf(':', rest.lastIndexOf('/') + 1);
    String repository = colon < 0 ? rest : rest.substring(0, colon);
    return new RegistryName(
        hub ? DOCKER_HUB_API : host,
        hub && !repository.contains("/") ? "library/" + repository : repository,
        colon < 0 ? "latest" : rest.substring(colon + 1));
  }

  /** Whatever the tags. */
  boolean isOfSameRepository(RegistryName other) {
    return host.equals(other.host) && repository.equals(other.repository);
  }

  /** Where the API has the manifest of this tag or digest. */
  String path(String tagOrDigest) {
    return "/v2/" + repository + "/manifests/" + tagOrDigest;
  }

  @Override
  public String toString() {
    return host + "/" + repository + ":" + tag;
  }
}
