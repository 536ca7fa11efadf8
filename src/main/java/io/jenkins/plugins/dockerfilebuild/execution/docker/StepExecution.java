package io.jenkins.plugins.dockerfilebuild.execution.docker;

import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.LogConfig;
import io.jenkins.plugins.dockerfilebuild.execution.MountRequest;
import io.jenkins.plugins.dockerfilebuild.execution.StepImage;
import io.jenkins.plugins.dockerfilebuild.execution.StepLabels;
import io.jenkins.plugins.dockerfilebuild.execution.StepOutcome;
import io.jenkins.plugins.dockerfilebuild.execution.StepOutput;
import io.jenkins.plugins.dockerfilebuild.execution.StepRequest;
import io.jenkins.plugins.dockerfilebuild.execution.StepRequest.NewDirectory;
import io.jenkins.plugins.dockerfilebuild.execution.docker.MountPointRemovals.Cleaned;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.CommandStarts;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.ContainerCommand;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.Engine;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.FullDisk;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.ImageJson;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.ImageLoads;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.NetworkNamespaces;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.RawApi;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.StepContainer;
import io.jenkins.plugins.dockerfilebuild.execution.docker.files.ImageUsers;
import io.jenkins.plugins.dockerfilebuild.execution.docker.transfer.FileTransfer;
import io.jenkins.plugins.dockerfilebuild.execution.docker.transfer.NewDirectories;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * One step in a container of its own, which becomes the step's image. Used once, by one thread;
 * interrupting that thread ends the step, and the container is removed.
 */
final class StepExecution {

  /** Said, for an engine that is told of no user takes the one of the parent. */
  private static final String ROOT = "0";

  private static final String SSH_AUTH_SOCK = "SSH_AUTH_SOCK";
  private static final String HOSTNAME = "HOSTNAME";

  /**
   * What steps on one engine are made with.
   *
   * @param loads makes images of layers that the engine has
   * @param made is told of each result
   */
  record Tools(
      Engine engine,
      ImageLoads loads,
      String session,
      Consumer<StepImage> made,
      FullDisk disk,
      FileTransfer transfer,
      NetworkNamespaces namespaces,
      CommandStarts starts) {}

  private final Tools tools;
  private final Engine engine;
  private final StepRequest request;
  private final StepMounts mounts;
  private final long begin = System.nanoTime();

  StepExecution(Tools tools, StepRequest request, StepMounts mounts) {
    this.tools = tools;
    this.engine = tools.engine;
    this.request = request;
    this.mounts = mounts;
  }

  /**
   * @param parent an image of whose configuration nothing shines through
   */
  StepOutcome run(String parent, StepOutput output) throws IOException, InterruptedException {
    if (request.operation() instanceof StepRequest.Run run) {
      return run(run, parent, output);
    }
    try (StepContainer container = StepContainer.holding(engine, parent, tools.session)) {
      makeDirectories(container);
      if (request.operation() instanceof StepRequest.Transfer copy) {
        transfer(copy, container, output);
      }
      return commit(container);
    }
  }

  private StepOutcome run(StepRequest.Run run, String parent, StepOutput output)
      throws IOException, InterruptedException {
    tools.namespaces.expect(run);
    for (StepRequest.ScriptFile script : run.files()) {
      mounts.script(script.target(), script.content());
    }
    mounts.addAll(run.mounts(), output);
    String image = withDirectories(parent);
    MountPointRemovals.Removal mountPoints = mounts.mountPoints(image, wanted());
    try (NetworkNamespaces.Lease network = tools.namespaces.acquire(run);
        StepContainer container =
            StepContainer.create(
                engine, image, tools.session, command -> configure(command, run, network))) {
      long start = System.nanoTime();
      Optional<StepOutcome> failure =
          tools.disk.commandEnd(
              new ContainerCommand(engine, container, tools.starts, run.command()).run(output));
      if (failure.isPresent()) {
        return failure.get();
      }
      long started = tools.starts.count();
      output.commandEnded();
      try (Cleaned cleaned = mountPoints.removeFrom(container, output)) {
        mounts.ran((System.nanoTime() - start) / 1_000_000);
        if (request.placeWanted()) {
          tools.starts.awaitMoreThan(started);
        }
        StepOutcome outcome = commit(cleaned.container());
        if (mounts.isEmpty()) {
          container.closeLater();
        }
        return outcome;
      }
    }
  }

  private void configure(
      CreateContainerCmd command, StepRequest.Run run, NetworkNamespaces.Lease network) {
    HostConfig host =
        HostConfig.newHostConfig()
            .withLogConfig(new LogConfig(LogConfig.LoggingType.NONE))
            .withPrivileged(run.privileged())
            .withMounts(mounts.mounts())
            .withTmpFs(mounts.memory());
    network.networkMode().ifPresent(host::withNetworkMode);
    if (!network.isShared()) {
      command.withHostName(NetworkNamespaces.HOST_NAME);
    }
    command
        .withEnv(environment(run))
        .withUser(request.user().isEmpty() ? ROOT : request.user())
        // All of it as entry point: a command would be joined to the image's entry point.
        .withEntrypoint(run.command())
        .withWorkingDir(request.workingDirectory())
        .withHostConfig(host);
  }

  /**
   * As in BuildKit, the command finds the first SSH agent unless the Dockerfile names one, and no
   * HOSTNAME, which Docker's engine sets unless it is told a variable without a value.
   */
  private List<String> environment(StepRequest.Run run) {
    Stream<String> agent =
        run.mounts().stream()
            .filter(MountRequest.Ssh.class::isInstance)
            .map(mount -> SSH_AUTH_SOCK + "=" + mount.target())
            .limit(1);
    return Stream.of(
            request.environment().stream(),
            isSet(SSH_AUTH_SOCK) ? Stream.<String>empty() : agent,
            isSet(HOSTNAME) ? Stream.<String>empty() : Stream.of(HOSTNAME),
            run.secretVariables().entrySet().stream()
                .map(secret -> secret.getKey() + "=" + secret.getValue().asUtf8()))
        .flatMap(variables -> variables)
        .toList();
  }

  private boolean isSet(String variable) {
    return request.environment().stream().anyMatch(e -> e.startsWith(variable + "="));
  }

  /**
   * The parent, or an image on top of it that has the directories of WORKDIR. They cannot be made
   * in the command's own container: the engine has made its working directory by then, as root, and
   * would write through its mounts. Root's directories on the way to the working directory need
   * nothing: the engine makes them.
   */
  private String withDirectories(String parent) throws IOException {
    boolean engineMakesThem =
        request.directories().stream()
            .allMatch(d -> d.user().isEmpty() && isWayTo(d.path(), request.workingDirectory()));
    if (engineMakesThem) {
      return parent;
    }
    try (StepContainer container = StepContainer.holding(engine, parent, tools.session)) {
      return makeDirectories(container)
          ? new RawApi(engine)
              .commit(container.id(), Map.of(StepLabels.AUXILIARY, "1"), ImageJson.PART_OF_NEXT)
          : parent;
    }
  }

  private static boolean isWayTo(String way, String path) {
    return Path.of(path).normalize().startsWith(Path.of(way).normalize());
  }

  /** Whether one was missing. */
  private boolean makeDirectories(StepContainer container) throws IOException {
    boolean made = false;
    for (NewDirectory directory : request.directories()) {
      made |= NewDirectories.make(container.files(), directory);
    }
    return made;
  }

  private void transfer(StepRequest.Transfer copy, StepContainer container, StepOutput output)
      throws IOException {
    Optional<ImageUsers.Owner> owner = Optional.empty();
    if (copy.owner().isPresent()) {
      owner = Optional.of(owner(copy.owner().get(), ImageUsers.of(container.files()), output));
    }
    tools.transfer.perform(copy, container.files(), owner, notice -> output.line(notice, false));
  }

  private static ImageUsers.Owner owner(String spec, ImageUsers users, StepOutput output) {
    List<String> unknown = new ArrayList<>();
    ImageUsers.Owner owner = users.owner(spec, unknown::add);
    if (!unknown.isEmpty()) {
      output.line(
          "--chown=%s: the image has no %s: %d:%d owns the copy"
              .formatted(spec, String.join(" and no ", unknown), owner.uid(), owner.gid()),
          false);
    }
    return owner;
  }

  /** Directories of WORKDIR, which are there whether something is mounted on them or not. */
  private List<String> wanted() {
    return Stream.concat(
            Stream.of(request.workingDirectory()),
            request.directories().stream().map(NewDirectory::path))
        .toList();
  }

  /** Only a step that came to its end gets the labels by which it is found. */
  private StepOutcome commit(StepContainer container) {
    Map<String, String> labels = new HashMap<>(request.labels());
    long millis = (System.nanoTime() - begin) / 1_000_000;
    labels.put(StepLabels.DURATION_MILLIS, String.valueOf(millis));
    boolean secret =
        request.operation() instanceof StepRequest.Run run && !run.secretVariables().isEmpty();
    String imageId =
        secret
            ? tools.loads.withoutVariables(container, labels)
            : new RawApi(engine).commit(container.id(), labels, "");
    tools.made.accept(new StepImage(imageId, labels, System.currentTimeMillis()));
    return new StepOutcome.Succeeded(imageId, mounts.reports());
  }
}
