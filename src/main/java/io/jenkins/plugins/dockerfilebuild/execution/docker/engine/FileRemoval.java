package io.jenkins.plugins.dockerfilebuild.execution.docker.engine;

/**
 * A file or an empty directory that {@link StaticProgram#REMOVE} is to remove.
 *
 * @param path absolute; whoever is told says where from
 */
public record FileRemoval(String path, boolean directory) {

  /**
   * @param root where the path begins in the container in which the program runs
   */
  String word(String root) {
    return (directory ? "d" : "f") + root + path;
  }
}
