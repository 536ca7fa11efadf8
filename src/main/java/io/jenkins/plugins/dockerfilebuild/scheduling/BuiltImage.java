package io.jenkins.plugins.dockerfilebuild.scheduling;

import java.util.List;

/**
 * A finished image.
 *
 * @param platform {@code os/architecture[/variant]} that it was asked for
 * @param agent whose engine keeps it
 * @param tags its names there
 */
public record BuiltImage(String platform, String imageId, Agent agent, List<String> tags) {
  public BuiltImage {
    tags = List.copyOf(tags);
  }

  /**
   * What one platform's image is called beside those of other platforms, as an engine, and a tag of
   * a registry, hold one image each: {@code app:1} becomes {@code app:1-linux-arm64}.
   */
  static String tagFor(String platform, String tag) {
    boolean tagged = tag.indexOf(':', tag.lastIndexOf('/') + 1) >= 0;
    return tag + (tagged ? "-" : ":latest-") + platform.replace('/', '-');
  }
}
