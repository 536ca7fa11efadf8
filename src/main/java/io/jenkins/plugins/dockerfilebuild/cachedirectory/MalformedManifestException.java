package io.jenkins.plugins.dockerfilebuild.cachedirectory;

import java.io.IOException;

/**
 * A manifest, a patch or a batch of chunks that is not what it must be: forged, cut short, or of
 * another version. It is refused as a whole.
 */
public final class MalformedManifestException extends IOException {

  private static final long serialVersionUID = 1L;

  public MalformedManifestException(String message) {
    super(message);
  }

  public MalformedManifestException(String message, Throwable cause) {
    super(message, cause);
  }
}
