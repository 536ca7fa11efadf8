package io.jenkins.plugins.dockerfilebuild.execution.docker;

import io.jenkins.plugins.dockerfilebuild.execution.StepOutput;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.StepContainer;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.Undo;
import java.io.IOException;
import java.util.List;

/** How an agent removes the mount points that its engine made for a command. Thread-safe. */
interface MountPointRemovals {

  /** The target of a mount; a file is mounted where it is no directory. */
  record MountPoint(String target, boolean directory) {}

  /**
   * To be told before a command runs, for what cannot be found out afterwards.
   *
   * @param image that the command runs on
   * @param points where something is to be mounted
   * @param wanted directories that stay, with their parents, although the engine may make them
   */
  Removal expect(String image, List<MountPoint> points, List<String> wanted) throws IOException;

  /** Removes mount points that the engine made, as long as they are empty. */
  @FunctionalInterface
  interface Removal {

    /**
     * Removes them from what a command left.
     *
     * @param container whose command has ended
     * @param output is told where it cannot be done
     */
    Cleaned removeFrom(StepContainer container, StepOutput output) throws IOException;
  }

  /**
   * What is left, to be closed once it has become an image.
   *
   * @param container that of the command, or another on top of what it left
   */
  record Cleaned(StepContainer container, Undo undo) implements AutoCloseable {

    /** The command's container itself, which is its owner's to close. */
    static Cleaned of(StepContainer container) {
      return new Cleaned(container, new Undo());
    }

    @Override
    public void close() throws IOException {
      undo.close();
    }
  }
}
