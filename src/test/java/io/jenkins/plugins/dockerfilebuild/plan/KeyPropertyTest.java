package io.jenkins.plugins.dockerfilebuild.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.dockerfilebuild.content.Digest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;

/** Properties of keys over generated inputs. */
class KeyPropertyTest {

  private static final Digest DIGEST = Digest.of("any");

  @Property
  void differentInputsHaveDifferentEncodings(
      @ForAll("inputs") List<StepInput> one, @ForAll("inputs") List<StepInput> other) {
    Assume.that(!counted(one).equals(counted(other)));

    assertThat(key(one)).isNotEqualTo(key(other));
  }

  @Property
  void whatIsOnlyShownDoesNotCount(@ForAll("inputs") List<StepInput> inputs) {
    List<StepInput> relabelled =
        inputs.stream().map(input -> input.labelled("label").showing("shown")).toList();

    assertThat(key(relabelled)).isEqualTo(key(inputs));
  }

  @Property
  void theOrderInWhichVariablesAreSetDoesNotCount(
      @ForAll @Size(min = 1, max = 8) Map<String, String> variables, @ForAll long seed) {
    List<String> names = new ArrayList<>(variables.keySet());
    Collections.shuffle(names, new Random(seed));
    Map<String, String> shuffled = new LinkedHashMap<>();
    names.forEach(name -> shuffled.put(name, variables.get(name)));

    assertThat(run(shuffled)).isEqualTo(run(variables));
  }

  @Property
  void everyVariableCounts(
      @ForAll @Size(min = 1, max = 8) Map<String, String> variables,
      @ForAll int which,
      @ForAll String value) {
    List<String> names = new ArrayList<>(variables.keySet());
    String name = names.get(Math.floorMod(which, names.size()));
    Map<String, String> changed = new LinkedHashMap<>(variables);
    changed.put(name, value);
    Assume.that(!changed.equals(variables));

    assertThat(run(changed)).isNotEqualTo(run(variables));
  }

  @Property
  void recordedInputsReadBack(@ForAll("inputs") List<StepInput> inputs) {
    RecordedInputs recorded =
        new StepInputs(inputs).record(step -> StepKey.ofLayers(List.of()), files -> DIGEST);

    assertThat(RecordedInputs.parse(recorded.lines())).isEqualTo(recorded);
  }

  @Provide
  Arbitrary<List<StepInput>> inputs() {
    Arbitrary<String> texts = Arbitraries.strings().ofMaxLength(6);
    Arbitrary<StepInput.Value> values =
        Arbitraries.oneOf(
            texts.map(StepInput.Text::new),
            texts.list().ofMaxSize(3).map(StepInput.Texts::new),
            texts.map(text -> new StepInput.Content(Digest.of(text), false)),
            texts
                .list()
                .ofMaxSize(3)
                .map(
                    paths ->
                        new StepInput.Deferred(
                            new PlannedSource.Files(
                                new RootFilesystem.Scratch(), "", paths, List.of()))));
    return Combinators.combine(texts, texts, values)
        .as((name, shown, value) -> new StepInput(name, Miss.Cause.SETTINGS, shown, shown, value))
        .list()
        .ofMaxSize(4);
  }

  private static List<Object> counted(List<StepInput> inputs) {
    return inputs.stream().<Object>map(input -> List.of(input.name(), input.value())).toList();
  }

  private static StepKey key(List<StepInput> inputs) {
    return new StepInputs(inputs).definitionKey(step -> StepKey.ofLayers(List.of()));
  }

  private static StepKey run(Map<String, String> environment) {
    Variables variables = new Variables();
    environment.forEach((name, value) -> variables.set(name, value, Variables.Origin.ENV));
    PlannedOperation.Run run =
        new PlannedOperation.Run(List.of("x"), List.of(), List.of(), "default", false);
    PlannedStep.Surroundings surroundings =
        new PlannedStep.Surroundings("linux/amd64", List.of(), List.of(), "", "/");
    return new StepDefinition(
            new RootFilesystem.Scratch(), "scratch", "RUN", List.of(), run, surroundings, variables)
        .inputs()
        .definitionKey(step -> StepKey.ofLayers(List.of()));
  }
}
