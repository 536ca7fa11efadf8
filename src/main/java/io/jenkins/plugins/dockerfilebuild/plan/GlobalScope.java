package io.jenkins.plugins.dockerfilebuild.plan;

import io.jenkins.plugins.dockerfilebuild.dockerfile.Dockerfile;
import io.jenkins.plugins.dockerfilebuild.dockerfile.Instruction;
import io.jenkins.plugins.dockerfilebuild.dockerfile.WordExpansion;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The ARGs in front of the first FROM and the predefined platform ARGs. FROM sees them; a stage
 * sees one where it declares it. Immutable.
 */
final class GlobalScope {

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
            .ifPresent(value -> values.put(declared.name(), value));
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

  Optional<String> value(String name) {
    return Optional.ofNullable(values.get(name));
  }

  Map<String, String> values() {
    return values;
  }
}
