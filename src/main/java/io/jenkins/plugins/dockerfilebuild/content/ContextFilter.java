package io.jenkins.plugins.dockerfilebuild.content;

/**
 * Which paths of a directory belong to a build context: what {@code .dockerignore} or {@code COPY
 * --exclude} says, without this package knowing their language. Paths are relative, separated by
 * {@code /}. Called by several threads at once.
 */
@FunctionalInterface
public interface ContextFilter {

  /** Leaves nothing out. */
  ContextFilter EVERYTHING = path -> true;

  /** Whether the file, link or directory at {@code path} itself is included. */
  boolean includes(String path);

  /**
   * Whether anything below a directory that is not included may be included after all ({@code
   * !docs/README.md} after {@code docs}). A directory where the answer is no is never listed.
   */
  default boolean mayIncludeBelow(String directory) {
    return true;
  }
}
