package io.jenkins.plugins.dockerfilebuild.jenkins;

import hudson.AbortException;
import io.jenkins.plugins.dockerfilebuild.image.Platform;
import io.jenkins.plugins.dockerfilebuild.image.ReferenceFormat;
import io.jenkins.plugins.dockerfilebuild.jenkins.administration.DockerfileBuildGlobalConfiguration;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Makes what a form or a Pipeline says a checked configuration. */
final class Configurations {

  private Configurations() {}

  /**
   * @param expand replaces variables
   * @throws AbortException something in it cannot be; says what
   */
  static DockerfileBuildConfiguration of(DockerfileBuildStep step, UnaryOperator<String> expand)
      throws AbortException {
    DockerfileBuildGlobalConfiguration limits = DockerfileBuildGlobalConfiguration.get();
    try {
      String context = expand.apply(step.getContext());
      return new DockerfileBuildConfiguration(
          context.isEmpty() ? "." : context,
          expand.apply(step.getDockerfile()),
          expand.apply(step.getAgents().isEmpty() ? limits.getAgents() : step.getAgents()),
          image(step, expand),
          KeyValueLines.map("secrets", expand.apply(step.getSecrets())),
          KeyValueLines.mapOrDefault("ssh", expand.apply(step.getSsh())),
          step.getRegistry(),
          step.isNoCache(),
          step.isPull(),
          limits.parallelism(step.getParallelism()),
          Optional.of(expand.apply(step.getCacheNamespace())).filter(name -> !name.isEmpty()),
          step.getCachePolicy().isEmpty()
              ? CacheAccess.READ_WRITE
              : CacheAccess.parse(step.getCachePolicy()),
          step.isFailOnCheck(),
          KeyValueLines.list(expand.apply(step.getOutputs())).stream()
              .map(WorkspaceOutput::parse)
              .toList());
    } catch (IllegalArgumentException e) {
      throw new AbortException(e.getMessage());
    }
  }

  private static DockerfileBuildConfiguration.Image image(
      DockerfileBuildStep step, UnaryOperator<String> expand) {
    List<Platform> platforms = KeyValueLines.platforms(expand.apply(step.getPlatforms()));
    if (platforms.size() > 1 && !step.getOutputs().isEmpty()) {
      throw new IllegalArgumentException(
          "outputs: there is one image for each of several platforms, and an output holds one");
    }
    List<String> tags = KeyValueLines.list(expand.apply(step.getTags()));
    for (String tag : tags) {
      ReferenceFormat.problemOfTag(tag)
          .ifPresent(
              problem -> {
                throw new IllegalArgumentException("tags: \"" + tag + "\": " + problem);
              });
    }
    if (step.isPush() && tags.isEmpty()) {
      throw new IllegalArgumentException("push: there are no tags to push the image under");
    }
    return new DockerfileBuildConfiguration.Image(
        tags,
        Optional.of(expand.apply(step.getTarget())).filter(stage -> !stage.isEmpty()),
        KeyValueLines.map("buildArgs", expand.apply(step.getBuildArgs())),
        KeyValueLines.map("labels", expand.apply(step.getLabels())),
        platforms,
        step.isPush());
  }
}
