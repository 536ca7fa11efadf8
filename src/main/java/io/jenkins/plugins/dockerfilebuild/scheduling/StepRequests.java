package io.jenkins.plugins.dockerfilebuild.scheduling;

import io.jenkins.plugins.dockerfilebuild.cachedirectory.CacheSharing;
import io.jenkins.plugins.dockerfilebuild.content.Bytes;
import io.jenkins.plugins.dockerfilebuild.content.Tree;
import io.jenkins.plugins.dockerfilebuild.execution.MountRequest;
import io.jenkins.plugins.dockerfilebuild.execution.StepRequest;
import io.jenkins.plugins.dockerfilebuild.plan.PlannedMount;
import io.jenkins.plugins.dockerfilebuild.plan.PlannedOperation;
import io.jenkins.plugins.dockerfilebuild.plan.PlannedSource;
import io.jenkins.plugins.dockerfilebuild.plan.PlannedStep;
import io.jenkins.plugins.dockerfilebuild.plan.RootFilesystem;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Makes a planned step a request to one agent, and has everything there that the request names:
 * root filesystems, trees of the build context, secrets. Used for one step on one agent.
 */
final class StepRequests {

  private final Roots roots;
  private final FileMoves files;
  private final ContextMoves context;
  private final BuildSecrets secrets;
  private final Agent agent;
  private final List<RootFilesystem> used = new ArrayList<>();
  private final List<PlannedSource.Files> usedFiles = new ArrayList<>();
  private long bytesReceived;
  private Supplier<List<Tree>> earlierTrees = List::of;

  /** Where everything comes from that a step of a build may need. */
  record Sources(Roots roots, FileMoves files, ContextMoves context, BuildSecrets secrets) {}

  StepRequests(Sources sources, Agent agent) {
    this.roots = sources.roots;
    this.files = sources.files;
    this.context = sources.context;
    this.secrets = sources.secrets;
    this.agent = agent;
  }

  /** Bytes that the agent had to be sent so far. */
  long bytesReceived() {
    return bytesReceived;
  }

  /**
   * The request, with everything there that it names.
   *
   * @param earlier see {@link ContextMoves#send}
   */
  StepRequest request(PlannedStep step, Map<String, String> labels, Supplier<List<Tree>> earlier)
      throws InterruptedException {
    earlierTrees = earlier;
    PlannedStep.Surroundings surroundings = step.surroundings();
    List<String> environment = new ArrayList<>(surroundings.environment());
    environment.addAll(surroundings.proxies());
    bytesReceived += files.bringAhead(StepRoots.of(step), agent);
    Optional<String> parent = bring(step.parent());
    StepRequest.Operation operation = operation(step.operation(), surroundings.platform());
    return new StepRequest(
        parent,
        surroundings.platform(),
        labels,
        environment,
        surroundings.user(),
        surroundings.workingDirectory(),
        step.newDirectories().stream()
            .map(d -> new StepRequest.NewDirectory(d.path(), d.user()))
            .toList(),
        operation,
        false);
  }

  private StepRequest.Operation operation(PlannedOperation operation, String platform)
      throws InterruptedException {
    if (operation instanceof PlannedOperation.Run run) {
      return run(run, platform);
    }
    if (operation instanceof PlannedOperation.Transfer transfer) {
      return transfer(transfer);
    }
    return new StepRequest.MakeDirectories();
  }

  private StepRequest.Run run(PlannedOperation.Run run, String platform)
      throws InterruptedException {
    List<MountRequest> mounts = new ArrayList<>();
    Map<String, Bytes> variables = new LinkedHashMap<>();
    for (PlannedMount mount : run.mounts()) {
      if (mount instanceof PlannedMount.Secret secret) {
        secret(secret, mounts, variables);
      } else if (mount instanceof PlannedMount.Ssh ssh) {
        sshAgent(ssh).ifPresent(mounts::add);
      } else {
        mounts.add(mount(mount, platform));
      }
    }
    List<StepRequest.ScriptFile> scripts =
        run.scripts().stream()
            .map(script -> new StepRequest.ScriptFile(script.target(), script.content()))
            .toList();
    return new StepRequest.Run(
        run.command(), scripts, mounts, variables, run.network(), run.privileged());
  }

  private MountRequest mount(PlannedMount mount, String platform) throws InterruptedException {
    if (mount instanceof PlannedMount.Bind bind) {
      return bind(bind);
    }
    if (mount instanceof PlannedMount.Tmpfs tmpfs) {
      return new MountRequest.Tmpfs(tmpfs.target(), tmpfs.readOnly(), tmpfs.sizeBytes());
    }
    return cache((PlannedMount.Cache) mount, platform);
  }

  private Optional<MountRequest> sshAgent(PlannedMount.Ssh ssh) {
    if (secrets.sshAgents().containsKey(ssh.id())) {
      PlannedMount.Ownership access = ssh.access();
      return Optional.of(
          new MountRequest.Ssh(ssh.target(), ssh.id(), access.mode(), access.uid(), access.gid()));
    }
    if (ssh.required()) {
      throw new StepRefusedException(
          "SSH agent \"%s\" is required but was not given; pass it with --ssh %s (in Jenkins: ssh)"
              .formatted(ssh.id(), ssh.id()));
    }
    return Optional.empty();
  }

  private MountRequest bind(PlannedMount.Bind bind) throws InterruptedException {
    if (bind.source() instanceof PlannedSource.Context source) {
      bytesReceived += context.send(source.tree(), earlierTrees, agent);
      return new MountRequest.ContextBind(
          bind.target(), bind.readOnly(), ContextMoves.reference(source.tree()));
    }
    PlannedSource.Files source = (PlannedSource.Files) bind.source();
    return new MountRequest.ImageBind(
        bind.target(), bind.readOnly(), bring(source), source.mounted());
  }

  private MountRequest cache(PlannedMount.Cache cache, String platform)
      throws InterruptedException {
    PlannedMount.Directory directory = cache.directory();
    Optional<String> seedImage = Optional.empty();
    if (directory.seed().isPresent()) {
      seedImage = bring(directory.seed().get().root());
    }
    return new MountRequest.Cache(
        cache.target(),
        cache.readOnly(),
        new CacheKeys(roots).key(cache, platform),
        CacheSharing.valueOf(directory.sharing().name()),
        cache.source(),
        seedImage,
        Optional.empty());
  }

  private void secret(
      PlannedMount.Secret secret, List<MountRequest> mounts, Map<String, Bytes> variables) {
    Bytes content = secrets.values().get(secret.id());
    if (content == null) {
      if (secret.required()) {
        throw new StepRefusedException(
            "secret \""
                + secret.id()
                + "\" is required but was not given; pass it with --secret (in Jenkins: secrets)");
      }
      return;
    }
    secret.environment().ifPresent(name -> variables.put(name, content));
    if (!secret.target().isEmpty()) {
      PlannedMount.Ownership access = secret.access();
      mounts.add(
          new MountRequest.Secret(
              secret.target(), content, access.mode(), access.uid(), access.gid()));
    }
  }

  private StepRequest.Transfer transfer(PlannedOperation.Transfer transfer)
      throws InterruptedException {
    List<StepRequest.TransferSource> sources = new ArrayList<>();
    for (PlannedSource source : transfer.sources()) {
      sources.add(source(source, transfer.parents()));
    }
    return new StepRequest.Transfer(
        sources, transfer.destination(), transfer.owner(), transfer.mode(), transfer.parents());
  }

  private StepRequest.TransferSource source(PlannedSource source, boolean parents)
      throws InterruptedException {
    if (source instanceof PlannedSource.Context tree) {
      bytesReceived += context.send(tree.tree(), earlierTrees, agent);
      return new StepRequest.ContextSource(
          tree.path(), ContextMoves.reference(tree.tree()), tree.unpack(), tree.include());
    }
    if (source instanceof PlannedSource.Files of) {
      String imageId =
          parents ? bring(of.root()).orElseThrow(StepRequests::scratchHoldsNothing) : bring(of);
      return new StepRequest.ImageSource(imageId, of.paths(), of.excludes());
    }
    if (source instanceof PlannedSource.Remote remote) {
      bytesReceived += context.send(remote.content().tree(), earlierTrees, agent);
      return new StepRequest.ContextSource(
          remote.name(),
          ContextMoves.reference(remote.content().tree()),
          remote.unpack(),
          Optional.empty());
    }
    PlannedSource.Inline inline = (PlannedSource.Inline) source;
    return new StepRequest.InlineSource(inline.name(), inline.content(), inline.mode());
  }

  /** Whether an image that the request names is gone from the agent; that is then known. */
  boolean lacksAnImage() {
    return used.stream().filter(root -> roots.isGone(root, agent)).count()
            + usedFiles.stream().filter(source -> files.isGone(source, agent)).count()
        > 0;
  }

  private Optional<String> bring(RootFilesystem root) throws InterruptedException {
    used.add(root);
    Roots.Brought brought = roots.bring(root, agent);
    bytesReceived += brought.bytes();
    return brought.imageId();
  }

  private String bring(PlannedSource.Files source) throws InterruptedException {
    usedFiles.add(source);
    Roots.Brought brought = files.bring(source, agent);
    bytesReceived += brought.bytes();
    return brought.imageId().orElseThrow(StepRequests::scratchHoldsNothing);
  }

  private static StepRefusedException scratchHoldsNothing() {
    return new StepRefusedException("nothing can be taken from scratch, which holds no files");
  }
}
