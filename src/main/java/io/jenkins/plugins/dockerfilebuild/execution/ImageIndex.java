package io.jenkins.plugins.dockerfilebuild.execution;

import io.jenkins.plugins.dockerfilebuild.content.Digest;
import java.util.List;

/**
 * Images for several platforms under one name: a manifest list, or index.
 *
 * @param reference the name, with its tag
 * @param images that the same repository of the registry holds already
 */
public record ImageIndex(String reference, List<Entry> images) {

  /**
   * One image.
   *
   * @param platform {@code os/architecture[/variant]}
   * @param manifest the digest of its manifest in the repository
   */
  public record Entry(String platform, Digest manifest) {}

  public ImageIndex {
    images = List.copyOf(images);
  }
}
