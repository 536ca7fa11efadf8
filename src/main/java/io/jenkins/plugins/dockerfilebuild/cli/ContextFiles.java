package io.jenkins.plugins.dockerfilebuild.cli;

import io.jenkins.plugins.dockerfilebuild.content.DirectoryContext;
import io.jenkins.plugins.dockerfilebuild.execution.context.ContextDirectory;
import java.nio.file.Path;
import java.util.Optional;

/** Opens the build context that the command line names. */
final class ContextFiles {

  private ContextFiles() {}

  /**
   * @throws io.jenkins.plugins.dockerfilebuild.dockerfile.DockerfileException the ignore file is
   *     malformed
   * @throws io.jenkins.plugins.dockerfilebuild.content.ContextException the directory or the ignore
   *     file cannot be read
   */
  static DirectoryContext open(BuildSettings settings) {
    DockerfileText dockerfile = settings.dockerfile();
    return ContextDirectory.open(
        settings.context(),
        dockerfile.fromFile() ? Optional.of(Path.of(dockerfile.name())) : Optional.empty(),
        settings.stateOfContext().resolve("stat-cache"));
  }
}
