package io.jenkins.plugins.dockerfilebuild.jenkins;

import hudson.AbortException;
import io.jenkins.plugins.dockerfilebuild.cachedirectory.CacheKey;
import io.jenkins.plugins.dockerfilebuild.image.Platform;
import io.jenkins.plugins.dockerfilebuild.image.ReferenceFormat;
import io.jenkins.plugins.dockerfilebuild.jenkins.administration.DockerfileBuildGlobalConfiguration;
import io.jenkins.plugins.dockerfilebuild.plan.BuildContexts;
import io.jenkins.plugins.dockerfilebuild.plan.NamedContext;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Makes what a form or a Pipeline says a checked configuration. */
final class Configurations {

  private Configurations() {}

  /**
   * Variables are replaced in values that were told apart before: what somebody gives for a
   * parameter of the job stays one value, whatever lines or signs it has. Credentials are left as
   * they are, {@code ${NAME}} names a credentials parameter there.
   *
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
          buildContexts(step, expand),
          expand.apply(step.getDockerfile()),
          expand.apply(step.getAgents().isEmpty() ? limits.getAgents() : step.getAgents()),
          image(step, expand),
          KeyValueLines.map("secrets", step.getSecrets()),
          KeyValueLines.mapOrDefault("ssh", step.getSsh()),
          registries(step, expand),
          step.isNoCache(),
          step.isPull(),
          limits.parallelism(step.getParallelism()),
          namespace(expand.apply(step.getCacheNamespace())),
          step.getCachePolicy().isEmpty()
              ? CacheAccess.READ_WRITE
              : CacheAccess.parse(step.getCachePolicy()),
          step.isFailOnCheck(),
          lines(step.getOutputs(), expand).stream().map(WorkspaceOutput::parse).toList());
    } catch (IllegalArgumentException e) {
      throw new AbortException(e.getMessage());
    }
  }

  private static Map<String, String> buildContexts(
      DockerfileBuildStep step, UnaryOperator<String> expand) {
    Map<String, String> contexts = values("buildContexts", step.getBuildContexts(), expand);
    try {
      BuildContexts.requireNames(contexts.keySet());
      contexts.values().forEach(NamedContext::image);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("buildContexts: " + e.getMessage(), e);
    }
    return contexts;
  }

  private static DockerfileBuildConfiguration.Image image(
      DockerfileBuildStep step, UnaryOperator<String> expand) {
    List<Platform> platforms = KeyValueLines.platforms(expand.apply(step.getPlatforms()));
    if (platforms.size() > 1 && !step.getOutputs().isEmpty()) {
      throw new IllegalArgumentException(
          "outputs: there is one image for each of several platforms, and an output holds one");
    }
    List<String> tags = lines(step.getTags(), expand);
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
        values("buildArgs", step.getBuildArgs(), expand),
        values("labels", step.getLabels(), expand),
        platforms,
        step.isPush());
  }

  private static List<RegistryEndpoint> registries(
      DockerfileBuildStep step, UnaryOperator<String> expand) {
    return step.getRegistry().stream().map(registry -> registry.withUrl(expand)).toList();
  }

  private static List<String> lines(String text, UnaryOperator<String> expand) {
    return KeyValueLines.list(text).stream().map(expand).filter(line -> !line.isBlank()).toList();
  }

  private static Map<String, String> values(
      String field, String text, UnaryOperator<String> expand) {
    Map<String, String> values = KeyValueLines.map(field, text);
    values.replaceAll((name, value) -> expand.apply(value));
    return values;
  }

  private static Optional<String> namespace(String name) {
    if (name.indexOf(CacheKey.FORK) >= 0) {
      throw new IllegalArgumentException(
          "cacheNamespace: \"" + name + "\": " + CacheKey.FORK + " stands for a fork of one");
    }
    return Optional.of(name).filter(given -> !given.isEmpty());
  }
}
