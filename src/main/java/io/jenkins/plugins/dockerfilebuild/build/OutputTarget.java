package io.jenkins.plugins.dockerfilebuild.build;

import io.jenkins.plugins.dockerfilebuild.content.AtomicFiles;
import java.io.IOException;

/**
 * Where an image is written: a file, a stream, a directory in a workspace. Whoever calls a build
 * gives one; it may lie on another machine.
 */
public interface OutputTarget {

  /** What messages call it, such as a path. */
  String name();

  /**
   * Takes what is written. An archive is to be there whole or not at all. For {@link
   * ImageOutput.Type#LOCAL} it is a tar archive of files that are to be unpacked, as {@link
   * io.jenkins.plugins.dockerfilebuild.archive.DirectoryUnpacking} does. It is called again, for
   * the same image, if the agent that gave it is lost meanwhile.
   *
   * @throws IOException it cannot be written
   */
  void write(AtomicFiles.ContentWriter content) throws IOException;
}
