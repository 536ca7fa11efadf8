package io.jenkins.plugins.dockerfilebuild.plan;

import io.jenkins.plugins.dockerfilebuild.content.Digest;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.IntFunction;

/**
 * One named part of a key.
 *
 * @param name counts in the key
 * @param cause why the step misses when this part differs
 * @param label what the user calls it; does not count
 * @param shown a value for the user, {@code ""} where it must not or need not be seen
 */
record StepInput(String name, Miss.Cause cause, String label, String shown, Value value) {

  /** What a part holds. */
  sealed interface Value {}

  record Text(String text) implements Value {}

  record Texts(List<String> texts) implements Value {
    Texts {
      texts = List.copyOf(texts);
    }
  }

  record Parent(RootFilesystem root) implements Value {}

  /** Content that is known when the plan is made; {@code tree}: the digest is one of a tree. */
  record Content(Digest digest, boolean tree) implements Value {}

  /** Content that is known only later. */
  record Deferred(PlannedSource.Files files) implements Value {}

  /**
   * What is known of other steps.
   *
   * @param contentOf empty: a deferred source counts by its definition
   */
  record Known(
      IntFunction<StepKey> keyOf, Optional<Function<PlannedSource.Files, Digest>> contentOf) {}

  static StepInput text(String name, Miss.Cause cause, String text) {
    return new StepInput(name, cause, name, text, new Text(text));
  }

  static StepInput texts(String name, Miss.Cause cause, List<String> texts) {
    return new StepInput(name, cause, name, String.join(" ", texts), new Texts(texts));
  }

  StepInput labelled(String other) {
    return new StepInput(name, cause, other, shown, value);
  }

  StepInput showing(String other) {
    return new StepInput(name, cause, label, other, value);
  }

  byte[] encoded(Known known) {
    KeyEncoder encoder = new KeyEncoder().text(name);
    if (value instanceof Text text) {
      encoder.kind(KeyEncoder.TEXT).text(text.text());
    } else if (value instanceof Texts texts) {
      encoder.kind(KeyEncoder.LIST).list(texts.texts());
    } else if (value instanceof Parent parent) {
      encoder.kind(KeyEncoder.PARENT).digest(parent.root().key(known.keyOf()).digest());
    } else if (value instanceof Content content) {
      encoder.kind(KeyEncoder.CONTENT).digest(content.digest());
    } else if (value instanceof Deferred deferred) {
      encode(deferred.files(), known, encoder);
    }
    return encoder.toBytes();
  }

  private static void encode(PlannedSource.Files files, Known known, KeyEncoder encoder) {
    known
        .contentOf()
        .ifPresentOrElse(
            contentOf -> encoder.kind(KeyEncoder.CONTENT).digest(contentOf.apply(files)),
            () ->
                encoder
                    .kind(KeyEncoder.DEFINITION)
                    .digest(files.root().key(known.keyOf()).digest())
                    .list(files.paths()));
  }
}
