package io.jenkins.plugins.dockerfilebuild.cachedirectory;

import java.io.IOException;

/** An archive is not one, or holds what a cache directory cannot or must not hold. */
public final class MalformedArchiveException extends IOException {

  private static final long serialVersionUID = 1L;

  MalformedArchiveException(String message) {
    super(message);
  }

  MalformedArchiveException(String message, Throwable cause) {
    super(message, cause);
  }
}
