package io.jenkins.plugins.dockerfilebuild.cachedirectory;

import java.util.Locale;

/** {@code sharing=} of a cache mount, the most exclusive last. */
public enum CacheSharing {
  SHARED,
  PRIVATE,
  LOCKED;

  /**
   * Reads the option's value, in any case.
   *
   * @throws IllegalArgumentException no such mode; the message tells which there are
   */
  public static CacheSharing parse(String text) {
    for (CacheSharing sharing : values()) {
      if (sharing.name().equals(text.toUpperCase(Locale.ROOT))) {
        return sharing;
      }
    }
    throw new IllegalArgumentException(
        "unknown sharing=%s of a cache mount: use shared, private or locked".formatted(text));
  }
}
