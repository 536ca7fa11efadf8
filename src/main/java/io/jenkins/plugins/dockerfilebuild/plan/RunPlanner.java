package io.jenkins.plugins.dockerfilebuild.plan;

import io.jenkins.plugins.dockerfilebuild.content.Bytes;
import io.jenkins.plugins.dockerfilebuild.content.PathPattern;
import io.jenkins.plugins.dockerfilebuild.dockerfile.Instruction;
import io.jenkins.plugins.dockerfilebuild.dockerfile.Mount;
import io.jenkins.plugins.dockerfilebuild.dockerfile.RunScript;
import io.jenkins.plugins.dockerfilebuild.plan.PlannedMount.Ownership;
import io.jenkins.plugins.dockerfilebuild.plan.PlannedOperation.Script;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Plans RUN: the argument vector with its scripts, and the mounts. For one thread. */
final class RunPlanner {

  /** Where BuildKit has a here-document that begins with {@code #!}. */
  private static final String SCRIPTS = "/dev/pipes/";

  private static final String CANNOT_MOUNT = "cannot mount from";

  private static final int NEW_DIRECTORY_MODE = 0755;

  private final PlanScope scope;
  private final StageState state;
  private final SourceFinder sources;

  RunPlanner(PlanScope scope, StageState state, SourceFinder sources) {
    this.scope = scope;
    this.state = state;
    this.sources = sources;
  }

  PlannedOperation.Run plan(Instruction.Run run, int line) {
    if (!run.devices().isEmpty()) {
      throw scope
          .request()
          .problem(line, "RUN --device is not supported yet", "run the step without a device");
    }
    boolean privileged = run.security().equals("insecure");
    if (privileged) {
      require(Entitlement.SECURITY_INSECURE, "--security=insecure", line);
    }
    if (run.network().equals("host")) {
      require(Entitlement.NETWORK_HOST, "--network=host", line);
    }
    RunScript script = scope.request().at(line, run::script);
    return new PlannedOperation.Run(
        command(script, line),
        script instanceof RunScript.ScriptFile file
            ? List.of(new Script(SCRIPTS + file.name(), Bytes.utf8(file.content())))
            : List.of(),
        mounts(run, line),
        run.network(),
        privileged);
  }

  private void require(Entitlement entitlement, String flag, int line) {
    if (!scope.request().options().allowed().contains(entitlement)) {
      throw scope
          .request()
          .problem(
              line,
              "RUN %s: %s is not allowed".formatted(flag, entitlement),
              "who trusts the Dockerfile allows it with --allow "
                  + entitlement
                  + "; in Jenkins, an administrator does");
    }
  }

  private List<String> command(RunScript script, int line) {
    if (script instanceof RunScript.Exec exec) {
      if (exec.words().isEmpty()) {
        // An engine would run the image's own command instead.
        throw scope.request().problem(line, "arguments are required", "RUN [] names no program");
      }
      return exec.words();
    }
    String text =
        script instanceof RunScript.ScriptFile file
            ? SCRIPTS + file.name()
            : ((RunScript.ShellText) script).text();
    return Stream.concat(state.config().shellOrDefault().stream(), Stream.of(text)).toList();
  }

  private List<PlannedMount> mounts(Instruction.Run run, int line) {
    List<PlannedMount> mounts = new ArrayList<>();
    for (String flag : run.mountFlags()) {
      Mount mount =
          scope
              .request()
              .at(line, () -> Mount.parse(flag, word -> scope.expand(word, state, line)));
      mounts.add(mount(mount, countSockets(mounts), line));
    }
    mounts.sort(Comparator.comparing(PlannedMount::target));
    return mounts;
  }

  private static long countSockets(List<PlannedMount> mounts) {
    return mounts.stream().filter(PlannedMount.Ssh.class::isInstance).count();
  }

  private PlannedMount mount(Mount mount, long sockets, int line) {
    if (mount instanceof Mount.Bind bind) {
      return new PlannedMount.Bind(target(mount, line), mount.readOnly(), source(bind, line));
    }
    if (mount instanceof Mount.Cache cache) {
      return new PlannedMount.Cache(
          target(mount, line),
          mount.readOnly(),
          directory(cache, line),
          UnixPath.belowRoot(cache.source()));
    }
    if (mount instanceof Mount.Secret secret) {
      return new PlannedMount.Secret(
          secret.target().isEmpty() ? "" : target(mount, line),
          secret.id(),
          secret.env(),
          secret.required(),
          new Ownership(secret.mode(), secret.uid(), secret.gid()));
    }
    if (mount instanceof Mount.Ssh ssh) {
      return new PlannedMount.Ssh(
          ssh.target().isEmpty() ? "/run/buildkit/ssh_agent." + sockets : target(mount, line),
          ssh.id(),
          ssh.required(),
          new Ownership(ssh.mode(), ssh.uid(), ssh.gid()));
    }
    Optional<Long> size = mount instanceof Mount.Tmpfs tmpfs ? tmpfs.sizeBytes() : Optional.empty();
    return new PlannedMount.Tmpfs(target(mount, line), mount.readOnly(), size);
  }

  private String target(Mount mount, int line) {
    return scope.request().at(line, () -> mount.targetIn(state.config().workingDirectory()));
  }

  private PlannedSource source(Mount.Bind bind, int line) {
    Optional<SourceContext> context = sources.context(bind.from(), CANNOT_MOUNT, line);
    return context.isPresent()
        ? sources.mounted(context.get(), bind.source(), line)
        : files(bind.from().orElseThrow(), bind.source(), line);
  }

  private PlannedMount.Directory directory(Mount.Cache cache, int line) {
    BuildOptions options = scope.request().options();
    return new PlannedMount.Directory(
        scope.request().buildArguments().cacheNamespace(options.cacheNamespace()),
        cache.id(),
        cache.sharing(),
        cache
            .from()
            .map(from -> files(from, cache.source(), line))
            .filter(seed -> !(seed.root() instanceof RootFilesystem.Scratch)),
        cache.mode().orElse(NEW_DIRECTORY_MODE),
        cache.uid().orElse(0),
        cache.gid().orElse(0));
  }

  /** In what a mount names no character is a wildcard, as in BuildKit, to its key as to itself. */
  private PlannedSource.Files files(String from, String path, int line) {
    return sources.files(from, CANNOT_MOUNT, List.of(PathPattern.quoted(path)), line);
  }
}
