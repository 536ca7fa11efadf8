package io.jenkins.plugins.dockerfilebuild.scheduling;

import io.jenkins.plugins.dockerfilebuild.content.Digest;
import io.jenkins.plugins.dockerfilebuild.content.Tree;
import io.jenkins.plugins.dockerfilebuild.coordination.BuildHistory;
import io.jenkins.plugins.dockerfilebuild.coordination.BuildHistory.StepRecord;
import io.jenkins.plugins.dockerfilebuild.plan.Miss;
import io.jenkins.plugins.dockerfilebuild.plan.PlannedOperation;
import io.jenkins.plugins.dockerfilebuild.plan.PlannedStep;
import io.jenkins.plugins.dockerfilebuild.plan.RecordedInputs;
import io.jenkins.plugins.dockerfilebuild.plan.StepKey;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * The steps of the last build of the same Dockerfile: how long they ran, and what they were made
 * of, so that a miss can be explained. Steps are matched by stage, platform and place. Thread-safe.
 */
final class StepHistory {

  /** What a step that nobody has seen run is taken to last. */
  private static final double UNKNOWN_SECONDS = 5;

  private static final double UNKNOWN_COPY_SECONDS = 0.5;

  private final BuildHistory history;
  private final String lineage;
  private final Map<String, StepRecord> before;
  private final Map<String, Double> stageSeconds;
  private final Map<String, StepRecord> now = new ConcurrentHashMap<>();

  /** Trees that were read, as each is wanted twice: to tell a difference and to send it. */
  private final Map<Digest, Optional<Tree>> loaded = new ConcurrentHashMap<>();

  StepHistory(BuildHistory history, String lineage) {
    this.history = history;
    this.lineage = lineage;
    this.before = Map.copyOf(history.lastBuild(lineage));
    this.stageSeconds = stageSeconds(before);
  }

  /**
   * What the step is expected to take: what it took when it last ran, else the mean of its stage,
   * else a guess.
   */
  double expectedSeconds(PlannedStep step) {
    long millis = durationMillis(step);
    if (millis > 0) {
      return millis / 1e3;
    }
    boolean runs = step.operation() instanceof PlannedOperation.Run;
    double guess = runs ? UNKNOWN_SECONDS : UNKNOWN_COPY_SECONDS;
    return stageSeconds.getOrDefault(stage(step), guess);
  }

  /** The mean of the steps of each stage that are known to have run. */
  private static Map<String, Double> stageSeconds(Map<String, StepRecord> steps) {
    return steps.entrySet().stream()
        .filter(entry -> entry.getValue().durationMillis() > 0)
        .collect(
            Collectors.groupingBy(
                entry -> entry.getKey().substring(0, entry.getKey().lastIndexOf(' ')),
                Collectors.averagingDouble(entry -> entry.getValue().durationMillis() / 1e3)));
  }

  /** What the step took when it last ran, 0 if that is not known. */
  long durationMillis(PlannedStep step) {
    StepRecord record = before.get(name(step));
    return record == null ? 0 : record.durationMillis();
  }

  /** Why a step with these inputs has no result. */
  Miss explain(PlannedStep step, RecordedInputs inputs) {
    if (before.isEmpty()) {
      return new Miss(Miss.Cause.FIRST_BUILD, "no earlier build of this Dockerfile is known here");
    }
    StepRecord record = before.get(name(step));
    if (record == null) {
      return new Miss(Miss.Cause.NEW_STEP, "no earlier build had a result for it");
    }
    return parse(record)
        .flatMap(earlier -> inputs.difference(earlier, digest -> tree(step, digest)))
        .orElseGet(() -> new Miss(Miss.Cause.RESULT_GONE, "its result is gone from every agent"));
  }

  /** A tree of this step, or one that it was given before. */
  private Optional<Tree> tree(PlannedStep step, Digest digest) {
    return StepTrees.of(step).stream()
        .filter(tree -> tree.digest().equals(digest))
        .findFirst()
        .or(() -> loaded.computeIfAbsent(digest, history::tree));
  }

  /** The trees of the build context that the step was given in the last build. */
  List<Tree> earlierTrees(PlannedStep step) {
    return Optional.ofNullable(before.get(name(step))).flatMap(StepHistory::parse).stream()
        .flatMap(inputs -> inputs.entries().stream())
        .flatMap(entry -> entry.tree().stream())
        .flatMap(digest -> tree(step, digest).stream())
        .toList();
  }

  private static Optional<RecordedInputs> parse(StepRecord record) {
    try {
      return Optional.of(RecordedInputs.parse(record.inputs()));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** A step ran. */
  void ran(PlannedStep step, StepKey key, RecordedInputs inputs, long durationMillis) {
    StepTrees.of(step).forEach(history::rememberTree);
    now.put(name(step), new StepRecord(key.toString(), durationMillis, inputs.lines()));
  }

  /** A step was found; what is known of it stays, or becomes these inputs. */
  void found(PlannedStep step, StepKey key, RecordedInputs inputs, long durationMillis) {
    StepRecord record = before.get(name(step));
    if (record != null && record.key().equals(key.toString())) {
      now.put(name(step), record);
    } else {
      ran(step, key, inputs, durationMillis);
    }
  }

  /** Keeps what this build has seen; of steps that it did not get to, what was known before. */
  void save(List<PlannedStep> steps) {
    Map<String, StepRecord> all = new LinkedHashMap<>();
    for (PlannedStep step : steps) {
      StepRecord record = now.getOrDefault(name(step), before.get(name(step)));
      if (record != null) {
        all.put(name(step), record);
      }
    }
    if (!all.equals(before)) {
      history.remember(lineage, all);
    }
  }

  private static String name(PlannedStep step) {
    return stage(step) + " " + step.place().stepInStage();
  }

  private static String stage(PlannedStep step) {
    return step.place().stage() + " " + step.surroundings().platform();
  }
}
