package io.jenkins.plugins.dockerfilebuild.content;

import java.util.List;

/**
 * The build context: a directory seen through its {@code .dockerignore}. Files are read when a step
 * can see them and not before. Thread-safe.
 */
public interface ContextTree extends TreeFiles {

  /**
   * The paths that a source of COPY or ADD names: those that match where it has wildcards (Go's
   * {@code filepath.Match} per path element, in byte order), itself where it has none and exists,
   * otherwise none. A leading {@code /} and {@code ..} at the top mean the context's root, as in
   * BuildKit.
   */
  List<String> resolve(String source);

  /**
   * What {@code path} holds, without what {@code .dockerignore} leaves out. A symbolic link at
   * {@code path} itself is followed inside the context; links below stay links.
   *
   * @throws ContextException the path does not exist, leaves the context, or cannot be read
   */
  Tree tree(String path);

  /**
   * As {@link #tree(String)}, further without what any of these lists leaves out below {@code
   * path}. A directory is there for itself, or for what is left below it.
   *
   * @param leftOut lists of patterns as COPY --exclude has them; in each, the last that matches
   *     decides
   */
  Tree tree(String path, List<List<String>> leftOut);
}
