package io.jenkins.plugins.dockerfilebuild.execution.docker;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.model.Container;
import io.jenkins.plugins.dockerfilebuild.content.Bytes;
import io.jenkins.plugins.dockerfilebuild.content.Digest;
import io.jenkins.plugins.dockerfilebuild.content.Tree;
import io.jenkins.plugins.dockerfilebuild.content.TreeEntry;
import io.jenkins.plugins.dockerfilebuild.execution.AgentServices;
import io.jenkins.plugins.dockerfilebuild.execution.MountRequest;
import io.jenkins.plugins.dockerfilebuild.execution.MountStorage;
import io.jenkins.plugins.dockerfilebuild.execution.StepLabels;
import io.jenkins.plugins.dockerfilebuild.execution.StepOutcome;
import io.jenkins.plugins.dockerfilebuild.execution.StepRequest;
import io.jenkins.plugins.dockerfilebuild.execution.StepRequest.NewDirectory;
import io.jenkins.plugins.dockerfilebuild.execution.TreeReference;
import io.jenkins.plugins.dockerfilebuild.execution.link.AgentEndpoint;
import io.jenkins.plugins.dockerfilebuild.execution.link.AgentLink;
import io.jenkins.plugins.dockerfilebuild.execution.link.ForwardingLink;
import io.jenkins.plugins.dockerfilebuild.execution.link.InProcessLink;
import io.jenkins.plugins.dockerfilebuild.execution.link.RemoteAgentServices;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;

/** An agent on a test engine with a state directory of its own, and short words for steps. */
public final class AgentFixture implements AutoCloseable {

  public static final String PLATFORM = "linux/amd64";

  public final AgentServices agent;
  public final TestEngine engine;

  /** What the last step printed; lines of standard error begin with {@code !}. */
  final List<String> printed = new CopyOnWriteArrayList<>();

  private final long begunSeconds = System.currentTimeMillis() / 1000;

  public AgentFixture(TestEngine engine, Path state) {
    this(engine, DockerAgent.connect(engine.host(), state));
  }

  private AgentFixture(TestEngine engine, AgentServices agent) {
    this.engine = engine;
    this.agent = agent;
  }

  /** An agent that keeps what containers mount in volumes, wherever its engine is. */
  public static AgentFixture withVolumes(TestEngine engine, Path state) {
    MountStorage volumes = new MountStorage(MountStorage.Kind.VOLUMES, "for this test");
    AgentResources.Options options =
        new AgentResources.Options(Optional.empty(), Optional.of(volumes), System.getenv());
    return new AgentFixture(engine, DockerAgent.connect(engine.host(), state, options));
  }

  /** The same behind a link, as if it were in another process. */
  static AgentFixture linked(TestEngine engine, Path state) {
    AgentEndpoint endpoint = new AgentEndpoint(DockerAgent.connect(engine.host(), state));
    AgentLink link =
        new ForwardingLink(new InProcessLink(endpoint::handle)) {
          @Override
          public void close() {
            super.close();
            endpoint.close();
          }
        };
    return new AgentFixture(engine, new RemoteAgentServices(link));
  }

  /** A RUN to be changed by the {@code with} methods. */
  public record Step(
      String parent,
      List<String> command,
      List<String> environment,
      String user,
      String directory,
      List<NewDirectory> directories,
      List<MountRequest> mounts,
      String network) {

    public Step withMounts(MountRequest... added) {
      return new Step(
          parent, command, environment, user, directory, directories, List.of(added), network);
    }

    Step withEnvironment(String... variables) {
      return new Step(
          parent, command, List.of(variables), user, directory, directories, mounts, network);
    }

    Step in(String workdir, String owner) {
      return new Step(
          parent,
          command,
          environment,
          owner,
          workdir,
          List.of(new NewDirectory(workdir, owner)),
          mounts,
          network);
    }

    public Step withNetwork(String mode) {
      return new Step(parent, command, environment, user, directory, directories, mounts, mode);
    }

    public StepRequest request() {
      return new StepRequest(
          Optional.of(parent),
          PLATFORM,
          labels(),
          environment,
          user,
          directory,
          directories,
          new StepRequest.Run(command, List.of(), mounts, Map.of(), network, false),
          false);
    }
  }

  static Map<String, String> labels() {
    return Map.of(StepLabels.KEY, Digest.of(UUID.randomUUID().toString()).hex());
  }

  /** A shell command on busybox. */
  public Step shell(String script) {
    return shell(engine.busybox(), script);
  }

  Step shell(String parent, String script) {
    return exec(parent, "/bin/sh", "-c", script);
  }

  Step exec(String parent, String... command) {
    return new Step(
        parent, List.of(command), List.of("PATH=/bin"), "", "/", List.of(), List.of(), "default");
  }

  public StepOutcome run(StepRequest request) {
    printed.clear();
    return agent.run(request, (line, error) -> printed.add(error ? "!" + line : line));
  }

  StepOutcome run(Step step) {
    return run(step.request());
  }

  /** Runs a step that must succeed; answers its image. */
  public String image(Step step) {
    StepOutcome outcome = run(step);
    assertThat(outcome).as(printed.toString()).isInstanceOf(StepOutcome.Succeeded.class);
    return ((StepOutcome.Succeeded) outcome).imageId();
  }

  /** Runs a step that must succeed; answers what it printed. */
  public List<String> lines(Step step) {
    image(step);
    return List.copyOf(printed);
  }

  /** Stores a tree of files without times. */
  public TreeReference tree(Map<String, String> contents) throws IOException {
    List<TreeEntry> entries = new ArrayList<>();
    entries.add(new TreeEntry("", TreeEntry.Type.DIRECTORY, 0755, 0, null, ""));
    for (var file : new TreeMap<>(contents).entrySet()) {
      byte[] bytes = file.getValue().getBytes(StandardCharsets.UTF_8);
      Digest digest = Digest.of(bytes);
      agent.storeBlobs(List.of(digest), any -> Bytes.of(bytes).openStream());
      entries.add(
          new TreeEntry(file.getKey(), TreeEntry.Type.FILE, 0644, bytes.length, digest, ""));
    }
    Tree tree = Tree.of(entries);
    agent.storeBlobs(List.of(tree.digest()), any -> Bytes.of(tree.encoded()).openStream());
    return new TreeReference(tree.digest(), Optional.empty());
  }

  /** The containers of ours on the engine, but for those that hold a network. */
  List<String> stepContainers() {
    return containers().stream()
        .filter(container -> !"/wait".equals(container.getCommand()))
        .map(Container::getId)
        .toList();
  }

  /**
   * All containers of ours on the engine, but for older ones: an agent that another test killed
   * leaves some, until one with its state comes.
   */
  List<Container> containers() {
    return engine
        .engine()
        .ask(
            docker ->
                docker
                    .listContainersCmd()
                    .withShowAll(true)
                    .withLabelFilter(List.of(StepLabels.SESSION))
                    .exec())
        .stream()
        .filter(container -> container.getCreated() >= begunSeconds)
        .toList();
  }

  @Override
  public void close() {
    agent.close();
  }
}
