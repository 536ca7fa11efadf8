package io.jenkins.plugins.dockerfilebuild.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.dockerfilebuild.content.ContextFilter;
import io.jenkins.plugins.dockerfilebuild.content.Digest;
import io.jenkins.plugins.dockerfilebuild.content.DirectoryContext;
import io.jenkins.plugins.dockerfilebuild.content.RemoteContent;
import io.jenkins.plugins.dockerfilebuild.content.RemoteSource;
import io.jenkins.plugins.dockerfilebuild.content.Tree;
import io.jenkins.plugins.dockerfilebuild.dockerfile.Dockerfile;
import io.jenkins.plugins.dockerfilebuild.dockerfile.IgnorePatterns;
import io.jenkins.plugins.dockerfilebuild.image.ImageConfig;
import io.jenkins.plugins.dockerfilebuild.image.ImageDescription;
import io.jenkins.plugins.dockerfilebuild.image.Platform;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A build context on disk, the images that exist, and the options; plans Dockerfiles with them. */
final class PlanFixture {

  static final String AMD64 = "linux/amd64";

  private final Path directory;
  private final Map<ImageReference, ImageDescription> images = new LinkedHashMap<>();
  private final Map<RemoteSource, RemoteContent> fetched = new LinkedHashMap<>();
  private final Map<String, NamedContext> contexts = new LinkedHashMap<>();
  private BuildOptions options =
      BuildOptions.of(Platform.parse(AMD64)).withAllowed(EnumSet.allOf(Entitlement.class));

  PlanFixture(Path directory) {
    this.directory = directory;
    image("busybox");
  }

  PlanFixture file(String path, String content) {
    try {
      Path file = directory.resolve(path);
      Files.createDirectories(file.getParent());
      Files.writeString(file, content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return this;
  }

  /** An image of one layer, whose content follows from its name. */
  PlanFixture image(String name) {
    return image(name, ImageConfig.scratch(AMD64));
  }

  PlanFixture image(String name, ImageConfig config) {
    return image(name, config, "layer of " + name);
  }

  PlanFixture image(String name, ImageConfig config, String layer) {
    ImageDescription description =
        new ImageDescription(
            Digest.of("config of " + name).toString(),
            Optional.empty(),
            AMD64,
            List.of(Digest.of(layer)),
            config,
            0);
    images.put(new ImageReference(name, AMD64), description);
    return this;
  }

  /** Answers what {@code found} is for a reference to another platform. */
  PlanFixture known(ImageReference asked, String found) {
    images.put(asked, images.get(new ImageReference(found, AMD64)));
    return this;
  }

  static ImageConfig configWithOnBuild(String... triggers) {
    ConfigBuilder config = ConfigBuilder.of(ImageConfig.scratch(AMD64));
    List.of(triggers).forEach(config::onBuild);
    return config.build();
  }

  /** What a URL or a git reference holds. */
  PlanFixture fetched(RemoteSource source, Tree tree) {
    fetched.put(source, new RemoteContent(tree, tree.digest()));
    return this;
  }

  /** What a name means. */
  PlanFixture context(String name, NamedContext meaning) {
    contexts.put(name, meaning);
    return this;
  }

  PlanFixture argument(String name, String value) {
    Map<String, String> all = new LinkedHashMap<>(options.buildArguments());
    all.put(name, value);
    options = options.withBuildArguments(all);
    return this;
  }

  PlanFixture options(BuildOptions changed) {
    options = changed;
    return this;
  }

  BuildOptions options() {
    return options;
  }

  static Dockerfile parse(String... lines) {
    String text = String.join("\n", lines) + "\n";
    return Dockerfile.parse("Dockerfile", text.getBytes(StandardCharsets.UTF_8));
  }

  Planning planning(String... lines) {
    DirectoryContext.Settings settings =
        new DirectoryContext.Settings(
            directory,
            ContextFilter.EVERYTHING,
            PlanFixture::filter,
            directory.resolveSibling(directory.getFileName() + ".stat"));
    try (DirectoryContext context = DirectoryContext.open(settings)) {
      return Planner.plan(
          parse(lines), options, new BuildContexts(context, contexts), images, fetched);
    }
  }

  private static ContextFilter filter(List<String> patterns) {
    IgnorePatterns ignored = IgnorePatterns.of(patterns);
    return path -> !ignored.ignores(path);
  }

  BuildPlan plan(String... lines) {
    Planning planning = planning(lines);
    assertThat(planning).isInstanceOf(Planning.Planned.class);
    return ((Planning.Planned) planning).plan();
  }

  /** The last step of the plan. */
  PlannedStep step(String... lines) {
    List<PlannedStep> steps = plan(lines).steps();
    return steps.get(steps.size() - 1);
  }

  PlannedOperation.Run run(String... lines) {
    return (PlannedOperation.Run) step(lines).operation();
  }

  PlannedOperation.Transfer transfer(String... lines) {
    return (PlannedOperation.Transfer) step(lines).operation();
  }

  /** The configuration of the final image. */
  ImageConfig config(String... lines) {
    return plan(lines).target().config(0, step -> true);
  }

  /** What the last step's command sees, by name. */
  Map<String, String> environment(String... lines) {
    Map<String, String> values = new LinkedHashMap<>();
    for (String variable : step(lines).surroundings().environment()) {
      int equals = variable.indexOf('=');
      values.put(variable.substring(0, equals), variable.substring(equals + 1));
    }
    return values;
  }

  /** The definition key of the last step. */
  StepKey key(String... lines) {
    List<StepKey> keys = plan(lines).definitionKeys();
    return keys.get(keys.size() - 1);
  }
}
