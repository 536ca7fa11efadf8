package io.jenkins.plugins.dockerfilebuild.archive;

import java.util.Locale;

/**
 * An image's name in full, by the rules of {@code distribution/reference}: {@code app} is {@code
 * docker.io/library/app:latest}.
 */
record ImageName(String repository, String tag) {

  private static final String HUB = "docker.io";

  static ImageName of(String familiar) {
    int colon = familiar.lastIndexOf(':');
    boolean tagged = colon > familiar.lastIndexOf('/');
    String repository = tagged ? familiar.substring(0, colon) : familiar;
    return new ImageName(full(repository), tagged ? familiar.substring(colon + 1) : "latest");
  }

  /** The first element is a registry if it could be a host, or has capital letters. */
  private static String full(String repository) {
    int slash = repository.indexOf('/');
    String first = slash < 0 ? "" : repository.substring(0, slash);
    if (first.contains(".")
        || first.contains(":")
        || first.equals("localhost")
        || !first.equals(first.toLowerCase(Locale.ROOT))) {
      return first.equals(HUB) && repository.indexOf('/', slash + 1) < 0
          ? HUB + "/library" + repository.substring(slash)
          : repository;
    }
    return HUB + (slash < 0 ? "/library/" : "/") + repository;
  }

  @Override
  public String toString() {
    return repository + ":" + tag;
  }
}
