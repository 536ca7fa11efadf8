package io.jenkins.plugins.dockerfilebuild.execution;

/** A path that a COPY, an ADD or a bind mount names is not in the image it names. */
public final class SourceNotFoundException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public SourceNotFoundException(String message) {
    super(message);
  }
}
