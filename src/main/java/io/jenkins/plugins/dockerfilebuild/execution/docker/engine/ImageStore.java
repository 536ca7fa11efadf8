package io.jenkins.plugins.dockerfilebuild.execution.docker.engine;

import com.fasterxml.jackson.databind.JsonNode;

/** How an engine keeps its images, which says what it needs to take one in. */
public enum ImageStore {

  /**
   * Docker's own: an image is its configuration, a layer is known by the digest of what it holds,
   * and an image may come without the layers that are there.
   */
  LAYERS,

  /**
   * Docker's in containerd, which new installations have since Docker 29: an image is its manifest,
   * which knows layers by their archives as they came, compressed or not.
   */
  MANIFESTS,

  /** Podman's: as {@link #LAYERS}, but an image comes with all of them. */
  ARCHIVES;

  /**
   * @param info what the engine says of itself
   */
  public static ImageStore of(JsonNode info) {
    // Podman says which Buildah it is made with.
    if (info.has("BuildahVersion")) {
      return ARCHIVES;
    }
    for (JsonNode line : info.path("DriverStatus")) {
      if (line.path(0).asText().equals("driver-type")
          && line.path(1).asText().startsWith("io.containerd.snapshotter.")) {
        return MANIFESTS;
      }
    }
    return LAYERS;
  }
}
