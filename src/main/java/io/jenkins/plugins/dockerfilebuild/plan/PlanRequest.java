package io.jenkins.plugins.dockerfilebuild.plan;

import io.jenkins.plugins.dockerfilebuild.content.RemoteContent;
import io.jenkins.plugins.dockerfilebuild.content.RemoteSource;
import io.jenkins.plugins.dockerfilebuild.dockerfile.Dockerfile;
import io.jenkins.plugins.dockerfilebuild.dockerfile.DockerfileException;
import io.jenkins.plugins.dockerfilebuild.image.ImageDescription;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Everything that planning starts from.
 *
 * @param size of the plan; is added to
 */
record PlanRequest(
    Dockerfile dockerfile,
    BuildOptions options,
    BuildContexts contexts,
    Map<ImageReference, ImageDescription> known,
    Map<RemoteSource, RemoteContent> fetched,
    PlanSize size) {

  BuildArguments buildArguments() {
    return new BuildArguments(options.buildArguments());
  }

  DockerfileException problem(int line, String problem, String hint) {
    return new DockerfileException(
        dockerfile.file(), line, problem, hint.isEmpty() ? Optional.empty() : Optional.of(hint));
  }

  /**
   * Notes what a line adds to the plan.
   *
   * @throws DockerfileException the plan would hold too much
   */
  void count(int line, long characters, long entries) {
    if (!size.add(characters, entries)) {
      throw problem(
          line,
          "the plan would hold more than 64 MiB of text, variables and labels",
          "values of variables, a SHELL and what a stage inherits count wherever they stand");
    }
  }

  /** Runs {@code work}; a problem that it finds in a word is told with this line. */
  <T> T at(int line, Supplier<T> work) {
    try {
      return work.get();
    } catch (DockerfileException e) {
      throw e.at(dockerfile.file(), line);
    }
  }
}
