package io.jenkins.plugins.dockerfilebuild.execution.link;

import java.io.IOException;

/** Bytes that are no frame of this version of the link: cut short, too long, or made up. */
public final class MalformedFrameException extends IOException {

  private static final long serialVersionUID = 1L;

  MalformedFrameException(String message, Throwable cause) {
    super(message, cause);
  }
}
