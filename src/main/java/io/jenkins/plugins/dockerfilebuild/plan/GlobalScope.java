package io.jenkins.plugins.dockerfilebuild.plan;

import io.jenkins.plugins.dockerfilebuild.dockerfile.Dockerfile;
import io.jenkins.plugins.dockerfilebuild.dockerfile.Instruction;
import io.jenkins.plugins.dockerfilebuild.dockerfile.WordExpansion;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * The ARGs in front of the first FROM and the predefined platform ARGs. FROM sees them; a stage
 * sees one where it declares it. Immutable.
 */
final class GlobalScope {

  /** As many digits as a number of milliseconds has room for. */
  private static final Pattern SECONDS = Pattern.compile("[0-9]{1,15}");

  private final Map<String, String> values;

  private GlobalScope(Map<String, String> values) {
    this.values = Collections.unmodifiableMap(values);
  }

  static GlobalScope of(PlanRequest request) {
    Dockerfile dockerfile = request.dockerfile();
    BuildArguments given = request.buildArguments();
    Map<String, String> values =
        new LinkedHashMap<>(given.predefined(request.options(), targetName(request)));
    WordExpansion expansion = new WordExpansion(dockerfile.directives().escape());
    for (Instruction.Arg arg : dockerfile.globalArguments()) {
      for (Instruction.ArgDeclaration declared : arg.declarations()) {
        int line = arg.range().startLine();
        given
            .value(declared.name())
            .or(
                () ->
                    request.at(
                        line,
                        () -> declared.defaultValue().map(word -> expansion.expand(word, values))))
            .ifPresent(
                value -> {
                  values.put(declared.name(), value);
                  request.count(line, value.length(), 1);
                });
      }
    }
    return new GlobalScope(values);
  }

  private static String targetName(PlanRequest request) {
    List<Dockerfile.Stage> stages = request.dockerfile().stages();
    return request
        .options()
        .target()
        .orElseGet(() -> stages.isEmpty() ? "" : stages.get(stages.size() - 1).name().orElse(""));
  }

  /**
   * What {@code SOURCE_DATE_EPOCH} says, in milliseconds; empty where nothing or {@code ""} does.
   *
   * @throws io.jenkins.plugins.dockerfilebuild.dockerfile.DockerfileException it is no number
   */
  OptionalLong epochMillis(PlanRequest request) {
    String name = BuildArguments.SOURCE_DATE_EPOCH;
    Optional<String> given = request.buildArguments().value(name);
    String text = given.or(() -> value(name)).orElse("");
    if (text.isEmpty()) {
      return OptionalLong.empty();
    }
    if (!SECONDS.matcher(text).matches()) {
      throw request.problem(
          given.isPresent() ? 0 : lineOf(name, request.dockerfile()),
          "%s %s is \"%s\", and not a number of seconds since 1970"
              .formatted(given.isPresent() ? "build argument" : "ARG", name, text),
          "such as \"git log -1 --format=%ct\" prints");
    }
    return OptionalLong.of(TimeUnit.SECONDS.toMillis(Long.parseLong(text)));
  }

  private static int lineOf(String argument, Dockerfile dockerfile) {
    return dockerfile.globalArguments().stream()
        .filter(arg -> arg.declarations().stream().anyMatch(d -> d.name().equals(argument)))
        .mapToInt(arg -> arg.range().startLine())
        .max()
        .orElse(0);
  }

  Optional<String> value(String name) {
    return Optional.ofNullable(values.get(name));
  }

  Map<String, String> values() {
    return values;
  }
}
