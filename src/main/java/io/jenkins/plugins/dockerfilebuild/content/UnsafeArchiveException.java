package io.jenkins.plugins.dockerfilebuild.content;

import java.io.IOException;

/**
 * An archive that breaks a rule of {@link SafeUnpack}; the message names the entry and the rule.
 */
public final class UnsafeArchiveException extends IOException {

  private static final long serialVersionUID = 1L;

  public UnsafeArchiveException(String message) {
    super("the archive is refused: " + message);
  }
}
