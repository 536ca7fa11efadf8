package io.jenkins.plugins.dockerfilebuild.jenkins.pool;

import hudson.FilePath;
import hudson.model.Computer;
import hudson.model.Node;
import hudson.model.TaskListener;
import io.jenkins.plugins.dockerfilebuild.execution.link.RemoteAgentServices;
import io.jenkins.plugins.dockerfilebuild.image.Platform;
import io.jenkins.plugins.dockerfilebuild.jenkins.link.AgentRuntimes;
import io.jenkins.plugins.dockerfilebuild.scheduling.Agent;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/** Connects Jenkins' agents to a build: brings the runtime there and asks for the engine. */
public final class AgentConnections {

  private static final String DOCKER_HOST = "DOCKER_HOST";

  /** Platforms of an agent, separated by commas or blanks; the first is its own. */
  private static final String PLATFORMS = "DOCKERFILE_BUILD_PLATFORMS";

  /** As its label. */
  private static final String BUILT_IN = "built-in";

  private AgentConnections() {}

  /**
   * Connects an agent. Takes seconds the first time.
   *
   * @throws UnusableAgentException it cannot run steps, and why
   */
  public static Agent connect(Computer computer)
      throws UnusableAgentException, InterruptedException {
    try {
      Agent agent = connect(computer, root(computer));
      KnownEngines.get().answered(computer);
      return agent;
    } catch (UnusableAgentException e) {
      if (computer.isOnline()) {
        KnownEngines.get().failed(computer, e.getMessage());
      }
      throw e;
    }
  }

  private static FilePath root(Computer computer) throws UnusableAgentException {
    Node node = computer.getNode();
    FilePath root = node == null ? null : node.getRootPath();
    if (root == null || !computer.isOnline()) {
      throw new UnusableAgentException("it is offline", null);
    }
    if (Boolean.FALSE.equals(computer.isUnix())) {
      throw new UnusableAgentException("it runs Windows, where steps cannot run", null);
    }
    return root;
  }

  private static Agent connect(Computer computer, FilePath root)
      throws UnusableAgentException, InterruptedException {
    try {
      List<Platform> platforms = platforms(setting(computer, PLATFORMS));
      RemoteAgentServices services =
          new RemoteAgentServices(AgentRuntimes.ready(root).engine(dockerHost(computer)));
      Agent agent = Agent.of(name(computer), services);
      return platforms.isEmpty() ? agent : agent.withPlatforms(platforms);
    } catch (IOException | RuntimeException e) {
      // Whatever it is that an agent has or lacks, the build goes on without it and says so.
      throw new UnusableAgentException(e.getMessage() == null ? e.toString() : e.getMessage(), e);
    }
  }

  /**
   * How builds call the agent. Not by its display name: the built-in node has another in each
   * language, and what a page asks for is told in that of its reader.
   */
  public static String name(Computer computer) {
    return computer.getName().isEmpty() ? BUILT_IN : computer.getName();
  }

  /** Where the agent's engine is, as in DOCKER_HOST; empty: the usual place. */
  public static String dockerHost(Computer computer) throws IOException, InterruptedException {
    return setting(computer, DOCKER_HOST);
  }

  /** Whether a build ran there before, so that something may be left of it. */
  public static boolean wasUsed(Computer computer) throws InterruptedException {
    Node node = computer.getNode();
    FilePath root = node == null ? null : node.getRootPath();
    try {
      return root != null && AgentRuntimes.isPresent(root);
    } catch (IOException e) {
      return false;
    }
  }

  /** What an agent runs beyond what its engine says, as where it emulates other machines. */
  private static List<Platform> platforms(String text) throws UnusableAgentException {
    try {
      return Arrays.stream(text.split("[\\s,]+"))
          .filter(part -> !part.isEmpty())
          .map(Platform::parse)
          .toList();
    } catch (IllegalArgumentException e) {
      throw new UnusableAgentException(PLATFORMS + ": " + e.getMessage(), e);
    }
  }

  /**
   * What the administrator set for the agent in Jenkins, else the setting of the agent's own
   * process, as every tool of Docker reads {@code DOCKER_HOST}; empty: neither.
   */
  private static String setting(Computer computer, String name)
      throws IOException, InterruptedException {
    String configured = computer.buildEnvironment(TaskListener.NULL).getOrDefault(name, "");
    return configured.isEmpty() ? computer.getEnvironment().getOrDefault(name, "") : configured;
  }
}
