package io.jenkins.plugins.dockerfilebuild.content;

/**
 * A tree, or its encoding, that breaks a rule of {@link Tree} or exceeds a limit. Whatever crosses
 * a link is untrusted, so this is how a forged tree ends: refused whole, before a file is touched.
 */
public final class MalformedTreeException extends IllegalArgumentException {

  private static final long serialVersionUID = 1L;

  public MalformedTreeException(String message) {
    super(message);
  }

  public MalformedTreeException(String message, Throwable cause) {
    super(message, cause);
  }
}
