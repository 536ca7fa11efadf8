package io.jenkins.plugins.dockerfilebuild.content;

import java.io.IOException;

/**
 * A blob that a {@link ContentStore} does not hold, or no longer holds whole. Not a failure of the
 * build: store the blob again and repeat what asked for it.
 */
public final class ContentMissingException extends IOException {

  private static final long serialVersionUID = 1L;

  // Digests are values of strings, but the class is no part of any serial form.
  private final transient Digest digest;

  public ContentMissingException(Digest digest) {
    super("the content store has no blob " + digest);
    this.digest = digest;
  }

  public Digest digest() {
    return digest;
  }
}
