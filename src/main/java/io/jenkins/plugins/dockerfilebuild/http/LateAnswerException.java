package io.jenkins.plugins.dockerfilebuild.http;

import java.io.IOException;

/** A server took longer than it may. The message is for users and says what came late. */
public final class LateAnswerException extends IOException {

  private static final long serialVersionUID = 1;

  LateAnswerException(String message) {
    super(message);
  }
}
