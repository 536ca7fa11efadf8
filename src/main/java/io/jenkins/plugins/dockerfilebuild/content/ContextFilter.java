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

  /** What both include. */
  default ContextFilter and(ContextFilter other) {
    ContextFilter one = this;
    return new ContextFilter() {
      @Override
      public boolean includes(String path) {
        return one.includes(path) && other.includes(path);
      }

      @Override
      public boolean mayIncludeBelow(String directory) {
        return mayInclude(one, directory) && mayInclude(other, directory);
      }

      private boolean mayInclude(ContextFilter filter, String directory) {
        return filter.includes(directory) || filter.mayIncludeBelow(directory);
      }
    };
  }
}
