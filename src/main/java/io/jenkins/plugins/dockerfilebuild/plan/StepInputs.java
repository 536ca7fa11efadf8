package io.jenkins.plugins.dockerfilebuild.plan;

import io.jenkins.plugins.dockerfilebuild.content.Digest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.IntFunction;

/** Everything that counts for a step, as named parts in the order of {@link StepKey}. Immutable. */
public final class StepInputs {

  private static final String VERSION = "dockerfile-build step key 1\n";

  private final List<StepInput> inputs;

  StepInputs(List<StepInput> inputs) {
    this.inputs = List.copyOf(inputs);
  }

  /**
   * The key in which stages and images count by what they are made of.
   *
   * @param keyOf definition keys of the steps before
   */
  public StepKey definitionKey(IntFunction<StepKey> keyOf) {
    return key(new StepInput.Known(keyOf, Optional.empty()));
  }

  /**
   * The key in which stages and images count by what they hold.
   *
   * @param keyOf content keys of the steps before; only the parent's is asked for
   * @param contentOf digest of what the source's paths hold, for each of {@link #deferredSources}
   */
  public StepKey contentKey(
      IntFunction<StepKey> keyOf, Function<PlannedSource.Files, Digest> contentOf) {
    return key(new StepInput.Known(keyOf, Optional.of(contentOf)));
  }

  /** The sources whose content {@link #contentKey} must know. */
  public List<PlannedSource.Files> deferredSources() {
    List<PlannedSource.Files> sources = new ArrayList<>();
    for (StepInput input : inputs) {
      if (input.value() instanceof StepInput.Deferred deferred) {
        sources.add(deferred.files());
      }
    }
    return sources;
  }

  /**
   * What went into {@link #contentKey} of the same arguments, to be kept beside the result and
   * compared with the next build.
   */
  public RecordedInputs record(
      IntFunction<StepKey> keyOf, Function<PlannedSource.Files, Digest> contentOf) {
    StepInput.Known known = new StepInput.Known(keyOf, Optional.of(contentOf));
    return new RecordedInputs(inputs.stream().map(input -> recorded(input, known)).toList());
  }

  private static RecordedInputs.Entry recorded(StepInput input, StepInput.Known known) {
    Optional<Digest> tree =
        input.value() instanceof StepInput.Content content && content.tree()
            ? Optional.of(content.digest())
            : Optional.empty();
    return new RecordedInputs.Entry(
        input.cause(),
        input.name(),
        input.label(),
        RecordedInputs.bounded(input.shown()),
        Digest.of(input.encoded(known)),
        tree);
  }

  /** The names of the parts, for explanations. */
  public List<String> names() {
    return inputs.stream().map(StepInput::name).toList();
  }

  private StepKey key(StepInput.Known known) {
    return new StepKey(Digest.of(encoded(known)));
  }

  byte[] encoded(StepInput.Known known) {
    KeyEncoder encoder = new KeyEncoder().raw(VERSION).number(inputs.size());
    inputs.forEach(input -> encoder.raw(input.encoded(known)));
    return encoder.toBytes();
  }
}
