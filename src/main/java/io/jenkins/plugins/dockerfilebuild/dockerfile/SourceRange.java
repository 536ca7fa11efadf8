package io.jenkins.plugins.dockerfilebuild.dockerfile;

/**
 * Lines of a Dockerfile, 1-based and inclusive. The instruction inside an ONBUILD has no lines of
 * its own in BuildKit's tree; it is given {@code 0, 0} there.
 */
public record SourceRange(int startLine, int endLine) {

  static final SourceRange NONE = new SourceRange(0, 0);
}
