package io.jenkins.plugins.dockerfilebuild.coordination;

import io.jenkins.plugins.dockerfilebuild.content.Digest;
import io.jenkins.plugins.dockerfilebuild.content.Tree;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What earlier builds of the same Dockerfile were made of, so that a build can say why a step was
 * not cached and guess how long it will run. Soft: an empty history costs explanations, never
 * correctness. Thread-safe.
 */
public interface BuildHistory {

  /**
   * @param lineage identifies the Dockerfile, its target and whose build it is
   * @return step name → record of the last build that got that far; empty for the first build
   */
  Map<String, StepRecord> lastBuild(String lineage);

  /**
   * Replaces what is remembered of the lineage. A failure to write is not an error of the build.
   */
  void remember(String lineage, Map<String, StepRecord> steps);

  /** A tree that a remembered step saw, if it is still at hand. */
  Optional<Tree> tree(Digest digest);

  /** Keeps a tree so that a later build can name the files that changed. */
  void rememberTree(Tree tree);

  /**
   * @param key under which the result was stored
   * @param durationMillis that the last execution took, 0 if it never ran here
   * @param inputs what went into the key, a line each, as {@code plan.RecordedInputs} writes them
   */
  record StepRecord(String key, long durationMillis, List<String> inputs) {}
}
