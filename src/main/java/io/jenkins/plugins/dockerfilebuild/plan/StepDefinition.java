package io.jenkins.plugins.dockerfilebuild.plan;

import io.jenkins.plugins.dockerfilebuild.content.Digest;
import io.jenkins.plugins.dockerfilebuild.plan.Miss.Cause;
import io.jenkins.plugins.dockerfilebuild.plan.StepInput.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * All that defines a step, from which {@link #inputs} makes the parts of its key in the order and
 * under the names of {@link StepKey}.
 *
 * @param parentLabel what the user calls the parent
 * @param keyword RUN, COPY, ADD or WORKDIR
 */
record StepDefinition(
    RootFilesystem parent,
    String parentLabel,
    String keyword,
    List<NewDirectory> directories,
    PlannedOperation operation,
    PlannedStep.Surroundings surroundings,
    Variables variables) {

  /** Names whose values are not shown; those that BuildKit's check for secrets looks for. */
  private static final Pattern MAY_BE_SECRET =
      Pattern.compile(
          "(?i)(.*_)?(api_?key|auth|credentials?|key|password|pword|passwd|secret|token)(_.*)?");

  private static final Pattern OCTAL = Pattern.compile("[0-7]+");

  StepInputs inputs() {
    List<StepInput> inputs = new ArrayList<>();
    inputs.add(
        new StepInput("parent", Cause.PARENT, parentLabel, "", new StepInput.Parent(parent)));
    inputs.add(StepInput.text("platform", Cause.SETTINGS, surroundings.platform()));
    inputs.add(StepInput.text("operation", Cause.INSTRUCTION, keyword));
    directories.forEach(
        made ->
            inputs.add(StepInput.text("directory " + made.path(), Cause.SETTINGS, made.user())));
    if (operation instanceof PlannedOperation.Run run) {
      addRun(run, inputs);
    } else if (operation instanceof PlannedOperation.Transfer transfer) {
      addTransfer(transfer, inputs);
    }
    return new StepInputs(inputs);
  }

  private void addRun(PlannedOperation.Run run, List<StepInput> inputs) {
    List<String> command = run.command();
    inputs.add(
        StepInput.texts("command", Cause.INSTRUCTION, command)
            .showing(command.isEmpty() ? "" : command.get(command.size() - 1)));
    for (PlannedOperation.Script script : run.scripts()) {
      inputs.add(
          content(
              "script " + script.target(),
              Cause.INSTRUCTION,
              "here-document",
              Digest.of(script.content().toArray())));
    }
    inputs.add(StepInput.text("user", Cause.SETTINGS, surroundings.user()));
    inputs.add(
        StepInput.text("working directory", Cause.SETTINGS, surroundings.workingDirectory()));
    inputs.add(StepInput.text("network", Cause.SETTINGS, run.network()));
    inputs.add(
        StepInput.text("security", Cause.SETTINGS, run.privileged() ? "insecure" : "sandbox"));
    new TreeMap<>(variables.values())
        .forEach((name, value) -> inputs.add(environment(name, value)));
    Map<String, Integer> seen = new HashMap<>();
    run.mounts().forEach(mount -> addMount(mount, subject(mount, seen), inputs));
  }

  private StepInput environment(String name, String value) {
    boolean secret = MAY_BE_SECRET.matcher(name).matches();
    return StepInput.text("environment " + name, Cause.ENVIRONMENT, value)
        .labelled(variables.origin(name) + " " + name)
        .showing(secret ? "" : value);
  }

  /** Names a mount by its target; a second one at the same place gets a number. */
  private static String subject(PlannedMount mount, Map<String, Integer> seen) {
    String place = mount.target();
    if (mount instanceof PlannedMount.Secret secret && place.isEmpty()) {
      place = "$" + secret.environment().orElse(secret.id());
    }
    int count = seen.merge(place, 1, Integer::sum);
    return "mount " + place + (count == 1 ? "" : " #" + count);
  }

  private static void addMount(PlannedMount mount, String subject, List<StepInput> inputs) {
    inputs.add(StepInput.texts(subject + " options", Cause.MOUNT_OPTIONS, options(mount)));
    if (mount instanceof PlannedMount.Bind bind) {
      inputs.add(content(subject + " content", Cause.MOUNT_CONTENT, bind.source()));
    } else if (mount instanceof PlannedMount.Cache cache) {
      cache
          .directory()
          .seed()
          .ifPresent(seed -> inputs.add(content(subject + " content", Cause.MOUNT_CONTENT, seed)));
    }
  }

  private static List<String> options(PlannedMount mount) {
    List<String> options = new ArrayList<>();
    if (mount instanceof PlannedMount.Bind) {
      options.add("type=bind");
    } else if (mount instanceof PlannedMount.Tmpfs tmpfs) {
      options.add("type=tmpfs");
      tmpfs.sizeBytes().ifPresent(size -> options.add("size=" + size));
    } else if (mount instanceof PlannedMount.Cache cache) {
      options.add("type=cache");
      if (cache.source().isEmpty()) {
        PlannedMount.Directory made = cache.directory();
        options.addAll(access(new PlannedMount.Ownership(made.mode(), made.uid(), made.gid())));
      }
    } else if (mount instanceof PlannedMount.Secret secret) {
      options.addAll(List.of("type=secret", "id=" + secret.id(), "required=" + secret.required()));
      secret.environment().ifPresent(name -> options.add("env=" + name));
      options.addAll(access(secret.access()));
    } else if (mount instanceof PlannedMount.Ssh ssh) {
      options.addAll(List.of("type=ssh", "id=" + ssh.id(), "required=" + ssh.required()));
      options.addAll(access(ssh.access()));
    }
    options.add(mount.readOnly() ? "ro" : "rw");
    return options;
  }

  private static List<String> access(PlannedMount.Ownership access) {
    return List.of(
        "mode=" + Integer.toOctalString(access.mode()),
        "uid=" + access.uid(),
        "gid=" + access.gid());
  }

  private static void addTransfer(PlannedOperation.Transfer transfer, List<StepInput> inputs) {
    inputs.add(StepInput.text("destination", Cause.INSTRUCTION, transfer.destination()));
    inputs.add(StepInput.text("owner", Cause.INSTRUCTION, transfer.owner().orElse("")));
    inputs.add(mode(transfer.mode().orElse("")));
    inputs.add(StepInput.text("parents", Cause.INSTRUCTION, Boolean.toString(transfer.parents())));
    int number = 0;
    for (PlannedSource source : transfer.sources()) {
      String subject = "source " + ++number;
      inputs.add(
          StepInput.texts(subject + " name", Cause.INSTRUCTION, names(source, transfer.parents())));
      inputs.add(StepInput.texts(subject + " options", Cause.INSTRUCTION, options(source)));
      inputs.add(content(subject + " content", Cause.COPIED_CONTENT, source));
    }
  }

  /** An octal mode is that of new directories too, which it once was not: another input. */
  private static StepInput mode(String mode) {
    return OCTAL.matcher(mode).matches()
        ? StepInput.texts("mode", Cause.INSTRUCTION, List.of(mode, "directories")).showing(mode)
        : StepInput.text("mode", Cause.INSTRUCTION, mode);
  }

  /** What decides the names of the copies: nothing for a directory, whose content is copied. */
  private static List<String> names(PlannedSource source, boolean parents) {
    if (source instanceof PlannedSource.Inline inline) {
      return List.of(inline.name());
    }
    if (source instanceof PlannedSource.Files files) {
      return parents ? files.paths() : files.paths().stream().map(UnixPath::lastElement).toList();
    }
    if (source instanceof PlannedSource.Remote remote) {
      return remote.name().isEmpty() ? List.of() : List.of(remote.name());
    }
    PlannedSource.Context context = (PlannedSource.Context) source;
    if (context.include().isPresent()) {
      // Two of them: one alone, a path, was the name when the tree did not begin at the root.
      return List.of("parents", context.include().get());
    }
    return context.tree().isFile() ? List.of(UnixPath.lastElement(context.path())) : List.of();
  }

  private static List<String> options(PlannedSource source) {
    if (source instanceof PlannedSource.Inline inline) {
      return List.of("mode=" + Integer.toOctalString(inline.mode()));
    }
    if (source instanceof PlannedSource.Files files) {
      return files.excludes().stream().map(pattern -> "exclude=" + pattern).toList();
    }
    if (source instanceof PlannedSource.Remote remote) {
      return remote.unpack() ? List.of("unpack") : List.of();
    }
    PlannedSource.Context context = (PlannedSource.Context) source;
    return context.unpack() && context.tree().isFile() ? List.of("unpack") : List.of();
  }

  private static StepInput content(String name, Cause cause, PlannedSource source) {
    if (source instanceof PlannedSource.Context context) {
      Value value = new StepInput.Content(context.tree().digest(), true);
      return new StepInput(name, cause, context.shown(), "", value);
    }
    if (source instanceof PlannedSource.Files files) {
      String label = files.origin() + ":" + String.join(" ", shown(files.paths()));
      return new StepInput(name, cause, label, "", new StepInput.Deferred(files));
    }
    if (source instanceof PlannedSource.Remote remote) {
      return content(name, cause, remote.origin(), remote.content().identity());
    }
    PlannedSource.Inline inline = (PlannedSource.Inline) source;
    return content(name, cause, "<<" + inline.name(), Digest.of(inline.content().toArray()));
  }

  private static List<String> shown(List<String> paths) {
    return paths.stream().map(path -> path.isEmpty() ? "/" : path).toList();
  }

  private static StepInput content(String name, Cause cause, String label, Digest digest) {
    return new StepInput(name, cause, label, "", new StepInput.Content(digest, false));
  }
}
