package io.jenkins.plugins.dockerfilebuild.execution.link;

import io.jenkins.plugins.dockerfilebuild.cachedirectory.MalformedManifestException;
import io.jenkins.plugins.dockerfilebuild.execution.AgentLostException;
import io.jenkins.plugins.dockerfilebuild.execution.ImageUnavailableException;
import io.jenkins.plugins.dockerfilebuild.execution.PushFailedException;
import io.jenkins.plugins.dockerfilebuild.execution.SourceNotFoundException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.CancellationException;

/** What went wrong at the agent, as it crosses the link: never a class name or a stack trace. */
record Problem(Kind kind, String message) {

  /** A reason that is longer than this is no reason for a human. */
  private static final int LONGEST_MESSAGE = 16 << 10;

  /** What the caller can do about it, by the exceptions of {@code AgentServices}. */
  enum Kind {
    LOST,
    CANCELED,
    IMAGE_UNAVAILABLE,
    SOURCE_NOT_FOUND,
    PUSH_FAILED,
    MALFORMED_MANIFEST,
    INPUT_OUTPUT,
    FAILURE
  }

  Problem {
    if (message.length() > LONGEST_MESSAGE) {
      message = message.substring(0, LONGEST_MESSAGE) + "…";
    }
  }

  static Problem of(Throwable cause) {
    String message = cause.getMessage() == null ? cause.toString() : cause.getMessage();
    return new Problem(kind(cause), message);
  }

  private static Kind kind(Throwable cause) {
    if (cause instanceof AgentLostException) {
      return Kind.LOST;
    }
    if (cause instanceof CancellationException
        || cause instanceof InterruptedException
        || cause instanceof InterruptedIOException) {
      return Kind.CANCELED;
    }
    if (cause instanceof ImageUnavailableException) {
      return Kind.IMAGE_UNAVAILABLE;
    }
    if (cause instanceof SourceNotFoundException) {
      return Kind.SOURCE_NOT_FOUND;
    }
    if (cause instanceof PushFailedException) {
      return Kind.PUSH_FAILED;
    }
    if (cause instanceof MalformedManifestException) {
      return Kind.MALFORMED_MANIFEST;
    }
    return cause instanceof IOException ? Kind.INPUT_OUTPUT : Kind.FAILURE;
  }

  /**
   * Throws at the caller what was thrown at the agent, or the nearest to it.
   *
   * @param canceled whether the caller canceled; only it can know. If not, the agent stopped the
   *     call: when it is told to end, it still answers polls, and interrupts all that it does
   */
  RuntimeException toThrow(boolean canceled) throws IOException {
    return switch (kind) {
      case LOST -> new AgentLostException(message, null);
      case CANCELED ->
          canceled
              ? new CancellationException(message)
              : new AgentLostException("the agent stopped what it was asked: " + message, null);
      case IMAGE_UNAVAILABLE -> new ImageUnavailableException(message, null);
      case SOURCE_NOT_FOUND -> new SourceNotFoundException(message);
      case PUSH_FAILED -> new PushFailedException(message, null);
      case MALFORMED_MANIFEST -> throw new MalformedManifestException(message);
      case INPUT_OUTPUT -> throw new IOException(message);
      case FAILURE -> new RemoteFailureException(message);
    };
  }
}
