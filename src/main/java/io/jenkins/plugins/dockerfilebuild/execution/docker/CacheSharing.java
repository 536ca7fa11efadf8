package io.jenkins.plugins.dockerfilebuild.execution.docker;

import java.util.Locale;

/** {@code sharing=} of a cache mount, the most exclusive last. */
enum CacheSharing {
  SHARED,
  PRIVATE,
  LOCKED;

  /**
   * @throws TransferException no such mode
   */
  static CacheSharing parse(String text) {
    try {
      return valueOf(text.toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw new TransferException(
          "unknown sharing=%s of a cache mount: use shared, private or locked".formatted(text), e);
    }
  }
}
