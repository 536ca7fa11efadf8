package io.jenkins.plugins.dockerfilebuild.cli;

import io.jenkins.plugins.dockerfilebuild.content.DirectoryContext;
import io.jenkins.plugins.dockerfilebuild.execution.context.ContextDirectory;
import io.jenkins.plugins.dockerfilebuild.plan.BuildContexts;
import io.jenkins.plugins.dockerfilebuild.plan.NamedContext;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The build contexts that the command line names. For one thread. */
final class ContextFiles implements AutoCloseable {

  private final BuildSettings settings;
  private final Deque<DirectoryContext> opened = new ArrayDeque<>();

  ContextFiles(BuildSettings settings) {
    this.settings = settings;
  }

  /**
   * The directory of a context.
   *
   * @param option the user's words
   */
  static Path directory(String option, String text) {
    Path directory = Path.of(text);
    if (!Files.isDirectory(directory)) {
      String problem = Files.exists(directory) ? "not a directory" : "no such directory";
      throw CommandFailure.usage(option + ": " + problem);
    }
    return directory;
  }

  /**
   * Opens them.
   *
   * @throws io.jenkins.plugins.dockerfilebuild.dockerfile.DockerfileException an ignore file is
   *     malformed
   * @throws io.jenkins.plugins.dockerfilebuild.content.ContextException a directory or an ignore
   *     file cannot be read
   */
  BuildContexts open() {
    DockerfileText dockerfile = settings.dockerfile();
    DirectoryContext main =
        open(
            settings.context(),
            dockerfile.fromFile() ? Optional.of(Path.of(dockerfile.name())) : Optional.empty());
    Map<String, NamedContext> named = new HashMap<>();
    settings.namedContexts().forEach((name, option) -> named.put(name, named(option)));
    return new BuildContexts(main, named);
  }

  private NamedContext named(BuildContextOption option) {
    return option.image().isPresent()
        ? option.image().get()
        : new NamedContext.Files(open(option.directory(), Optional.empty()));
  }

  private DirectoryContext open(Path directory, Optional<Path> dockerfile) {
    Path statCache = settings.stateOf(directory).resolve("stat-cache");
    DirectoryContext context = ContextDirectory.open(directory, dockerfile, statCache);
    opened.push(context);
    return context;
  }

  /** Remembers what was read. */
  @Override
  public void close() {
    opened.forEach(DirectoryContext::close);
  }
}
