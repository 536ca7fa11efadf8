package io.jenkins.plugins.dockerfilebuild.plan;

import io.jenkins.plugins.dockerfilebuild.dockerfile.DockerfileException;
import io.jenkins.plugins.dockerfilebuild.dockerfile.Instruction;
import io.jenkins.plugins.dockerfilebuild.dockerfile.Instruction.CommandLine;
import io.jenkins.plugins.dockerfilebuild.dockerfile.Instruction.KeyValue;
import io.jenkins.plugins.dockerfilebuild.image.ImageConfig;
import io.jenkins.plugins.dockerfilebuild.plan.NeededStage.Located;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Applies the instructions that make no layer: what they set rides on the stage's configuration and
 * on its variables. For one thread.
 */
final class ConfigurationPlanner {

  private final PlanScope scope;
  private final StageState state;
  private final ConfigBuilder config;

  ConfigurationPlanner(PlanScope scope, StageState state) {
    this.scope = scope;
    this.state = state;
    this.config = state.config();
  }

  void apply(Located located) {
    if (!applyVariables(located) && !applyCommands(located)) {
      applyRest(located);
    }
  }

  PlannedStep.Surroundings surroundings() {
    List<String> proxies = new ArrayList<>();
    scope
        .request()
        .buildArguments()
        .proxies()
        .forEach(
            (name, value) -> {
              if (state.variables().value(name).isEmpty()) {
                proxies.add(name + "=" + value);
              }
            });
    return new PlannedStep.Surroundings(
        state.platform(),
        state.variables().environment(),
        proxies,
        config.user(),
        config.workingDirectory());
  }

  private boolean applyVariables(Located located) {
    Instruction instruction = located.instruction();
    if (instruction instanceof Instruction.Env env) {
      List<KeyValue> pairs = expand(env.variables(), located.line());
      for (KeyValue pair : pairs) {
        if (pair.key().isEmpty() || pair.key().contains("=")) {
          throw problem(located.line(), "ENV names can not be blank or hold a =");
        }
        config.environment(pair.key(), pair.value());
        state.variables().set(pair.key(), pair.value(), Variables.Origin.ENV);
      }
      state.addHistory("ENV " + printed(pairs));
    } else if (instruction instanceof Instruction.Arg arg) {
      arg.declarations().forEach(declared -> declare(declared, located.line()));
      state.addHistory(
          "ARG "
              + arg.declarations().stream()
                  .map(a -> a.name() + a.defaultValue().map(v -> "=" + v).orElse(""))
                  .collect(Collectors.joining(" ")));
    } else if (instruction instanceof Instruction.Label label) {
      List<KeyValue> pairs = expand(label.labels(), located.line());
      pairs.forEach(pair -> config.label(pair.key(), pair.value()));
      state.addHistory("LABEL " + printed(pairs));
    } else {
      return false;
    }
    if (state.variables().areTooMany()) {
      throw problem(located.line(), "there are more than 1000 variables, or they hold too much");
    }
    return true;
  }

  /**
   * ARG: the build argument wins, then the default of this line, then the ARG before the first
   * FROM. One that has no value at all adds nothing.
   */
  private void declare(Instruction.ArgDeclaration declared, int line) {
    scope
        .request()
        .buildArguments()
        .value(declared.name())
        .or(() -> declared.defaultValue().map(word -> expand(word, line)))
        .or(() -> scope.globals().value(declared.name()))
        .filter(value -> BuildArguments.isVariable(declared.name()))
        .ifPresent(value -> state.variables().set(declared.name(), value, Variables.Origin.ARG));
  }

  private boolean applyCommands(Located located) {
    Instruction instruction = located.instruction();
    if (instruction instanceof Instruction.Cmd cmd) {
      List<String> words = words(cmd.command());
      state.setCommand(words);
      state.addHistory("CMD " + quoted(words));
    } else if (instruction instanceof Instruction.Entrypoint entrypoint) {
      List<String> words = words(entrypoint.command());
      state.setEntrypoint(words);
      state.addHistory("ENTRYPOINT " + quoted(words));
    } else if (instruction instanceof Instruction.Shell shell) {
      config.shell(shell.words());
      state.addHistory("SHELL " + listed(shell.words()));
    } else if (instruction instanceof Instruction.HealthCheck check) {
      ImageConfig.HealthCheck healthCheck = healthCheck(check);
      config.healthCheck(healthCheck);
      state.addHistory("HEALTHCHECK " + quoted(healthCheck.test()));
    } else {
      return false;
    }
    return true;
  }

  private List<String> words(CommandLine command) {
    if (!command.shellForm()) {
      return command.words();
    }
    return Stream.concat(
            config.shellOrDefault().stream(), Stream.of(String.join(" ", command.words())))
        .toList();
  }

  private static ImageConfig.HealthCheck healthCheck(Instruction.HealthCheck check) {
    Map<String, Long> options = check.options();
    List<String> test = new ArrayList<>();
    Optional<CommandLine> command = check.command();
    test.add(command.isEmpty() ? "NONE" : command.get().shellForm() ? "CMD-SHELL" : "CMD");
    command.ifPresent(line -> test.addAll(line.words()));
    return new ImageConfig.HealthCheck(
        test,
        options.getOrDefault("interval", 0L),
        options.getOrDefault("timeout", 0L),
        options.getOrDefault("start-period", 0L),
        options.getOrDefault("start-interval", 0L),
        Math.toIntExact(options.getOrDefault("retries", 0L)));
  }

  private void applyRest(Located located) {
    Instruction instruction = located.instruction();
    int line = located.line();
    if (instruction instanceof Instruction.Workdir workdir) {
      String path = expand(workdir.path(), line);
      state.enter(UnixPath.resolve(config.workingDirectory(), path), located);
    } else if (instruction instanceof Instruction.User user) {
      String name = expand(user.user(), line);
      config.user(name);
      state.addHistory("USER " + name);
    } else if (instruction instanceof Instruction.Volume volume) {
      List<String> paths = volume.paths().stream().map(path -> expand(path, line)).toList();
      if (paths.contains("")) {
        throw problem(line, "VOLUME specified can not be an empty string");
      }
      config.volumes(paths);
      state.addHistory("VOLUME " + listed(paths));
    } else if (instruction instanceof Instruction.Expose expose) {
      List<String> ports = ports(expose, line);
      config.expose(ports);
      state.addHistory("EXPOSE " + listed(ports));
    } else if (instruction instanceof Instruction.StopSignal stop) {
      stopSignal(expand(stop.signal(), line), line);
    } else if (instruction instanceof Instruction.Maintainer maintainer) {
      config.author(maintainer.name());
      state.addHistory("MAINTAINER " + maintainer.name());
    } else if (instruction instanceof Instruction.OnBuild onBuild) {
      config.onBuild(onBuild.expression());
    }
  }

  private List<String> ports(Instruction.Expose expose, int line) {
    return expose.ports().stream()
        .flatMap(port -> scope.expandToWords(port, state, line).stream())
        .flatMap(word -> ports(word, line).stream())
        .toList();
  }

  private List<String> ports(String port, int line) {
    try {
      return ExposedPort.parse(port);
    } catch (IllegalArgumentException e) {
      throw problem(line, e.getMessage());
    }
  }

  private void stopSignal(String signal, int line) {
    if (!StopSignals.isValid(signal)) {
      throw problem(line, "invalid signal: " + signal);
    }
    config.stopSignal(signal);
    state.addHistory("STOPSIGNAL " + signal);
  }

  private List<KeyValue> expand(List<KeyValue> pairs, int line) {
    return pairs.stream()
        .map(pair -> new KeyValue(expand(pair.key(), line), expand(pair.value(), line)))
        .toList();
  }

  private String expand(String word, int line) {
    return scope.expand(word, state, line);
  }

  private DockerfileException problem(int line, String problem) {
    return scope.request().problem(line, problem, "");
  }

  private static String printed(List<KeyValue> pairs) {
    return pairs.stream()
        .map(pair -> pair.key() + "=" + pair.value())
        .collect(Collectors.joining(" "));
  }

  /** As BuildKit prints a list in the history. */
  private static String listed(List<String> words) {
    return "[" + String.join(" ", words) + "]";
  }

  private static String quoted(List<String> words) {
    return words.stream()
        .map(word -> "\"" + word.replace("\\", "\\\\").replace("\"", "\\\"") + "\"")
        .collect(Collectors.joining(" ", "[", "]"));
  }
}
