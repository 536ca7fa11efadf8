package io.jenkins.plugins.dockerfilebuild.execution.docker.files;

import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.Optional;

/**
 * The file system of a container that exists but need not run, through the engine's archive API:
 * the one way to its files that every engine has, near or far.
 */
public interface ContainerFiles {

  /**
   * What {@code path} is, a symbolic link at its end not followed.
   *
   * @return empty if there is nothing
   */
  Optional<PathStat> stat(String path) throws IOException;

  /** A tar stream of {@code path}, as {@code docker cp} reads it; the caller closes it. */
  InputStream read(String path) throws IOException;

  /**
   * Unpacks a tar stream below {@code directory}, which must exist. Owners are kept. A directory
   * never replaces a file or the reverse: that is an error, which quotes the engine.
   */
  void write(String directory, InputStream tar) throws IOException;

  /**
   * @param mode permission bits as Unix has them
   * @param modified as precise as the engine tells
   * @param linkTarget of a symbolic link, with every link on the way resolved by the engine inside
   *     the container: an absolute path there; else {@code ""}
   */
  record PathStat(
      String name, Kind kind, int mode, long size, Instant modified, String linkTarget) {}

  /** What a path is. */
  enum Kind {
    FILE,
    DIRECTORY,
    SYMLINK,
    OTHER
  }
}
