package io.jenkins.plugins.dockerfilebuild.scheduling;

import io.jenkins.plugins.dockerfilebuild.coordination.SingleFlight;
import io.jenkins.plugins.dockerfilebuild.plan.PlannedStep;
import io.jenkins.plugins.dockerfilebuild.plan.RecordedInputs;
import io.jenkins.plugins.dockerfilebuild.plan.StepKey;
import java.util.List;
import java.util.Optional;

/**
 * Finds results of steps: first under the key of the definition, for the whole graph at once; then,
 * when what a step takes from other stages is there, under the key of the content. Thread-safe.
 */
final class StepCache {

  private final List<StepKey> definitionKeys;

  /** What the agents hold; empty with --no-cache, when results are made anew. */
  private final Optional<ResultIndex> index;

  private final Roots roots;
  private final StepHistory history;
  private final StepReports reports;

  StepCache(
      List<StepKey> definitionKeys,
      Optional<ResultIndex> index,
      Roots roots,
      StepHistory history,
      StepReports reports) {
    this.definitionKeys = List.copyOf(definitionKeys);
    this.index = index;
    this.roots = roots;
    this.history = history;
    this.reports = reports;
  }

  /** Whether results may be used at all. */
  boolean isUsed() {
    return index.isPresent();
  }

  StepKey definitionKey(PlannedStep step) {
    return definitionKeys.get(step.index());
  }

  /** The key of a step whose predecessors all have results. */
  StepKey contentKey(PlannedStep step) throws InterruptedException {
    roots.learnContents(step.inputs().deferredSources());
    return step.inputs().contentKey(this::resultKey, roots::contentOf);
  }

  /** What goes into {@link #contentKey}, to be kept. */
  RecordedInputs inputs(PlannedStep step) {
    return step.inputs().record(this::resultKey, roots::contentOf);
  }

  /** Takes the step's result if an agent still holds it. */
  boolean find(PlannedStep step, StepKey key) {
    Optional<ResultIndex.Hit> hit = index.flatMap(known -> known.find(key.toString()));
    hit.ifPresent(found -> take(step, found));
    return hit.isPresent();
  }

  /** The step was not asked for, because a result behind it was found. */
  void covered(PlannedStep step) {
    StepKey key = definitionKey(step);
    long saved = index.map(known -> known.durationMillis(key.toString())).orElse(0L);
    remember(step, key, saved);
    reports.cached(step, key, Optional.empty(), saved);
  }

  private void take(PlannedStep step, ResultIndex.Hit hit) {
    StepKey key = StepKey.parse(hit.contentKey());
    roots.put(step.index(), new StepResult(key, hit.located()));
    remember(step, key, hit.durationMillis());
    reports.cached(step, key, hit.located().holders().stream().findFirst(), hit.durationMillis());
  }

  /** Takes a result that another build has made meanwhile. */
  void take(PlannedStep step, StepKey key, Agent agent, SingleFlight.Result made) {
    roots.put(step.index(), new StepResult(key, new Located(agent, made.imageId())));
    history.found(step, key, inputs(step), made.durationMillis());
    reports.cached(step, key, Optional.of(agent), made.durationMillis());
  }

  /** Of a step that takes files from other stages a hit does not tell what they were. */
  private void remember(PlannedStep step, StepKey key, long durationMillis) {
    if (step.inputs().deferredSources().isEmpty()) {
      RecordedInputs inputs = step.inputs().record(definitionKeys::get, roots::contentOf);
      history.found(step, key, inputs, durationMillis);
    }
  }

  private StepKey resultKey(int step) {
    return roots.result(step).contentKey();
  }
}
