package io.jenkins.plugins.dockerfilebuild.scheduling;

import io.jenkins.plugins.dockerfilebuild.execution.AgentLostException;
import io.jenkins.plugins.dockerfilebuild.execution.ImageUnavailableException;
import io.jenkins.plugins.dockerfilebuild.image.ImageConfig;
import io.jenkins.plugins.dockerfilebuild.image.ImageDescription;
import io.jenkins.plugins.dockerfilebuild.plan.BuildPlan;
import io.jenkins.plugins.dockerfilebuild.plan.PlannedStep;
import io.jenkins.plugins.dockerfilebuild.plan.RootFilesystem;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Makes the image that the user asked for: the layers of the target's root under exactly the
 * configuration that the Dockerfile says, none of which the images of steps carry. Its times are
 * those of the last step's result, so a build that finds everything cached yields the same image.
 */
final class FinalImage {

  private final AgentPool pool;
  private final Roots roots;
  private final LostAgents lostAgents;

  FinalImage(AgentPool pool, Roots roots, LostAgents lostAgents) {
    this.pool = pool;
    this.roots = roots;
    this.lostAgents = lostAgents;
  }

  /**
   * Makes it on the first agent, or the first that is not lost meanwhile.
   *
   * @throws ResultGoneException the target's files are gone
   * @throws AgentLostException no agent is left
   */
  PlanExecution.Outcome make(BuildPlan plan, List<String> tags) throws InterruptedException {
    while (true) {
      Agent home =
          pool.agents().stream()
              .findFirst()
              .orElseThrow(() -> new AgentLostException("no agent is left", null));
      try {
        return make(plan, tags, home);
      } catch (AgentLostException e) {
        lostAgents.lose(home, Optional.empty(), e.getMessage());
      } catch (ImageUnavailableException e) {
        if (!roots.isGone(plan.target().root(), home)) {
          throw e;
        }
      }
    }
  }

  private PlanExecution.Outcome make(BuildPlan plan, List<String> tags, Agent home)
      throws InterruptedException {
    Optional<String> root = roots.bring(plan.target().root(), home).imageId();
    Optional<ImageDescription> layers = root.map(home.services()::describe);
    Set<Integer> made = layers.map(image -> layerSteps(plan, image)).orElse(Set.of());
    long created = layers.map(ImageDescription::createdMillis).orElse(0L);
    ImageConfig config = plan.target().config(created, made::contains);
    return new PlanExecution.Outcome.Built(home.services().assemble(root, config, tags), home);
  }

  /**
   * The steps on the way from the base to the target that made a layer: engines leave out layers
   * without content. The image of the last step has a line of history for each of them at its end.
   */
  private static Set<Integer> layerSteps(BuildPlan plan, ImageDescription image) {
    List<Integer> chain = chain(plan);
    List<ImageConfig.History> lines = image.config().history();
    Set<Integer> made = new HashSet<>();
    int first = lines.size() - chain.size();
    for (int i = 0; i < chain.size() && first >= 0; i++) {
      if (!lines.get(first + i).emptyLayer()) {
        made.add(chain.get(i));
      }
    }
    return made;
  }

  /** Steps from the base to the target's root. */
  private static List<Integer> chain(BuildPlan plan) {
    List<Integer> chain = new ArrayList<>();
    RootFilesystem root = plan.target().root();
    while (root instanceof RootFilesystem.Result result) {
      PlannedStep step = plan.steps().get(result.step());
      chain.add(step.index());
      root = step.parent();
    }
    Collections.reverse(chain);
    return chain;
  }
}
