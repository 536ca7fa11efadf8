package io.jenkins.plugins.dockerfilebuild.jenkins;

import io.jenkins.plugins.dockerfilebuild.execution.context.RemoteContextTree;
import io.jenkins.plugins.dockerfilebuild.plan.BuildContexts;
import io.jenkins.plugins.dockerfilebuild.plan.NamedContext;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The build contexts of one build, in its workspace. For one thread; what it opened is not. */
final class WorkspaceContexts implements AutoCloseable {

  private final RemoteContextTree main;
  private final Map<String, NamedContext> named = new HashMap<>();
  private final List<RemoteContextTree> opened = new ArrayList<>();

  private WorkspaceContexts(RemoteContextTree main) {
    this.main = main;
    opened.add(main);
  }

  /**
   * Opens them. Nothing is read yet.
   *
   * @throws IOException the agent that holds the workspace is gone
   */
  static WorkspaceContexts open(Workspace workspace, DockerfileBuildConfiguration configuration)
      throws IOException, InterruptedException {
    WorkspaceContexts contexts = new WorkspaceContexts(workspace.context(configuration));
    try {
      for (Map.Entry<String, String> entry : configuration.buildContexts().entrySet()) {
        contexts.add(workspace, entry.getKey(), entry.getValue());
      }
      return contexts;
    } catch (IOException | InterruptedException e) {
      contexts.close();
      throw e;
    }
  }

  private void add(Workspace workspace, String name, String value)
      throws IOException, InterruptedException {
    Optional<NamedContext.Image> image = NamedContext.image(value);
    if (image.isPresent()) {
      named.put(name, image.get());
      return;
    }
    RemoteContextTree tree = workspace.files(value);
    opened.add(tree);
    named.put(name, new NamedContext.Files(tree));
  }

  /** The one that has the Dockerfile. */
  RemoteContextTree main() {
    return main;
  }

  BuildContexts all() {
    return new BuildContexts(main, named);
  }

  @Override
  public void close() {
    opened.forEach(RemoteContextTree::close);
  }
}
