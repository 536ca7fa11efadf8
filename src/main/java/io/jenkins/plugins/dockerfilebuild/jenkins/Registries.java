package io.jenkins.plugins.dockerfilebuild.jenkins;

import io.jenkins.plugins.dockerfilebuild.execution.RegistryLogins;

/** Names of registries. */
final class Registries {

  private Registries() {}

  /** What a user calls a registry, as it stands in image names. */
  static String host(String url) {
    String rest = url.strip().replaceFirst("^[a-z]+://", "");
    String host = rest.contains("/") ? rest.substring(0, rest.indexOf('/')) : rest;
    return host.isEmpty() || host.equals("index.docker.io") || host.equals("registry-1.docker.io")
        ? RegistryLogins.DOCKER_HUB
        : host;
  }
}
