package io.jenkins.plugins.dockerfilebuild.jenkins;

import hudson.AbortException;
import hudson.FilePath;
import hudson.model.Computer;
import hudson.model.Node;
import io.jenkins.plugins.dockerfilebuild.build.ImageOutput;
import io.jenkins.plugins.dockerfilebuild.execution.context.RemoteContextTree;
import io.jenkins.plugins.dockerfilebuild.jenkins.link.AgentRuntime;
import io.jenkins.plugins.dockerfilebuild.jenkins.link.AgentRuntimes;
import io.jenkins.plugins.dockerfilebuild.jenkins.link.WorkspaceContext;
import java.io.IOException;
import java.util.List;

/**
 * The workspace of a run: what is read from there and written to it, by the agent that holds it.
 */
record Workspace(FilePath folder) {

  /**
   * The build context.
   *
   * @throws IOException the agent is gone, or cannot write below its root
   */
  RemoteContextTree context(DockerfileBuildConfiguration configuration)
      throws IOException, InterruptedException {
    return tree(
        runtime().context(folder.getRemote(), configuration.context(), configuration.dockerfile()));
  }

  /**
   * Another directory that the build takes files from, relative to the workspace.
   *
   * @throws IOException the agent is gone, or cannot write below its root
   */
  RemoteContextTree files(String directory) throws IOException, InterruptedException {
    return tree(runtime().files(folder.getRemote(), directory));
  }

  private RemoteContextTree tree(WorkspaceContext files) {
    return new RemoteContextTree(files.link(), new WorkspaceAgent(folder.toComputer(), files));
  }

  /** Where else the image goes. */
  List<ImageOutput> outputs(DockerfileBuildConfiguration configuration)
      throws IOException, InterruptedException {
    AgentRuntime runtime = runtime();
    List<String> tags = configuration.image().tags();
    return configuration.outputs().stream()
        .map(output -> output.output(folder, runtime, tags))
        .toList();
  }

  private AgentRuntime runtime() throws IOException, InterruptedException {
    FilePath root = node().getRootPath();
    if (root == null) {
      throw new AbortException("The agent that holds the workspace is offline");
    }
    return AgentRuntimes.ready(root);
  }

  /**
   * The agent.
   *
   * @throws AbortException it is gone
   */
  Node node() throws AbortException {
    Computer computer = folder.toComputer();
    Node node = computer == null ? null : computer.getNode();
    if (node == null) {
      throw new AbortException("The agent that holds the workspace is gone");
    }
    return node;
  }
}
