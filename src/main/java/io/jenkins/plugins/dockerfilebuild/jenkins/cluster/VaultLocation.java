package io.jenkins.plugins.dockerfilebuild.jenkins.cluster;

import io.jenkins.plugins.dockerfilebuild.vault.S3Address;

/** What kind of vault a text names. */
enum VaultLocation {
  /** No text, no vault. */
  NONE,
  /** An absolute path. */
  DIRECTORY,
  /** {@code s3://BUCKET/PREFIX}. */
  STORE;

  /**
   * @throws IllegalArgumentException it names none of them
   */
  static VaultLocation parse(String text) {
    if (text.isEmpty()) {
      return NONE;
    }
    if (text.startsWith("/")) {
      return DIRECTORY;
    }
    if (!text.contains("://")) {
      throw new IllegalArgumentException(
          "\"" + text + "\": give an absolute path on the controller, or s3://BUCKET/PREFIX");
    }
    S3Address.parse(text);
    return STORE;
  }
}
