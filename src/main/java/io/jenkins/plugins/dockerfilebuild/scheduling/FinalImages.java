package io.jenkins.plugins.dockerfilebuild.scheduling;

import io.jenkins.plugins.dockerfilebuild.event.BuildEvent;
import io.jenkins.plugins.dockerfilebuild.execution.AgentLostException;
import io.jenkins.plugins.dockerfilebuild.execution.ImageUnavailableException;
import io.jenkins.plugins.dockerfilebuild.image.ImageConfig;
import io.jenkins.plugins.dockerfilebuild.image.ImageDescription;
import io.jenkins.plugins.dockerfilebuild.plan.BuildPlan;
import io.jenkins.plugins.dockerfilebuild.plan.PlannedStep;
import io.jenkins.plugins.dockerfilebuild.plan.RootFilesystem;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Makes the images that the user asked for, one for each platform, and has them delivered: the
 * layers of the target's root under exactly the configuration that the Dockerfile says, none of
 * which the images of steps carry. Their times are those of the last step's result, so a build that
 * finds everything cached yields the same image.
 */
final class FinalImages {

  private final AgentPool pool;
  private final Roots roots;
  private final LostAgents lostAgents;
  private final Progress progress;

  FinalImages(AgentPool pool, Roots roots, LostAgents lostAgents, Progress progress) {
    this.pool = pool;
    this.roots = roots;
    this.lostAgents = lostAgents;
    this.progress = progress;
  }

  /**
   * Makes and delivers them; all again, what is there excepted, if an agent is lost before what it
   * keeps was delivered.
   *
   * @throws ResultGoneException files of a target are gone
   * @throws AgentLostException no agent is left
   */
  PlanExecution.Outcome.Built deliver(BuildPlan plan, List<String> tags, Delivery delivery)
      throws InterruptedException {
    while (true) {
      var built = new PlanExecution.Outcome.Built(make(plan, tags));
      try {
        delivery.deliver(built);
        return built;
      } catch (ImageLostException e) {
        lostAgents.lose(e.agent(), Optional.empty(), e.getMessage());
      }
    }
  }

  private List<BuiltImage> make(BuildPlan plan, List<String> tags) throws InterruptedException {
    boolean several = plan.targets().size() > 1;
    List<BuiltImage> images = new ArrayList<>();
    for (BuildPlan.Target target : plan.targets()) {
      String platform = target.platform();
      List<String> names =
          several ? tags.stream().map(tag -> BuiltImage.tagFor(platform, tag)).toList() : tags;
      images.add(make(plan, target, names));
    }
    if (several || !pool.keepsNamelessOnFirst()) {
      images.forEach(this::tell);
    }
    return images;
  }

  private void tell(BuiltImage image) {
    progress.tell(
        at ->
            new BuildEvent.ImageMade(
                at, image.platform(), image.imageId(), image.agent().name(), image.tags()));
  }

  /**
   * Makes one at its best home that is not lost meanwhile.
   *
   * @throws ResultGoneException the target's files are gone
   * @throws AgentLostException no agent is left
   */
  private BuiltImage make(BuildPlan plan, BuildPlan.Target target, List<String> tags)
      throws InterruptedException {
    while (true) {
      Agent home =
          homes(plan, target, tags)
              .findFirst()
              .orElseThrow(() -> new AgentLostException("no agent is left", null));
      try {
        return make(plan, target, tags, home);
      } catch (AgentLostException e) {
        lostAgents.lose(home, Optional.empty(), e.getMessage());
      } catch (ImageUnavailableException e) {
        if (!roots.isGone(target.result().root(), home)) {
          throw e;
        }
      }
    }
  }

  /**
   * Possible homes, the best first: the pool's first agent, but of several platforms one that runs
   * it, and for an image that nobody looks for there one that has all of it.
   */
  private Stream<Agent> homes(BuildPlan plan, BuildPlan.Target target, List<String> tags) {
    boolean several = plan.targets().size() > 1;
    boolean anywhere = tags.isEmpty() && !pool.keepsNamelessOnFirst();
    return pool.agents().stream()
        .sorted(
            Comparator.comparing(
                    (Agent agent) -> several && !agent.platforms().contains(target.platform()))
                .thenComparing(agent -> anywhere && roots.lacks(agent, target.result().root())));
  }

  private BuiltImage make(BuildPlan plan, BuildPlan.Target target, List<String> tags, Agent home)
      throws InterruptedException {
    Optional<String> root = roots.bring(target.result().root(), home).imageId();
    Optional<ImageDescription> layers = root.map(home.services()::describe);
    Set<Integer> made = layers.map(image -> layerSteps(plan, target, image)).orElse(Set.of());
    long created = layers.map(ImageDescription::createdMillis).orElse(0L);
    ImageConfig config = target.result().config(created, made::contains);
    String imageId = home.services().assemble(root, config, tags);
    return new BuiltImage(target.platform(), imageId, home, tags);
  }

  /**
   * The steps on the way from the base to the target that made a layer: engines leave out layers
   * without content. The image of the last step has a line of history for each of them at its end.
   */
  private static Set<Integer> layerSteps(
      BuildPlan plan, BuildPlan.Target target, ImageDescription image) {
    List<Integer> chain = chain(plan, target.result().root());
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
  private static List<Integer> chain(BuildPlan plan, RootFilesystem end) {
    List<Integer> chain = new ArrayList<>();
    RootFilesystem root = end;
    while (root instanceof RootFilesystem.Result result) {
      PlannedStep step = plan.steps().get(result.step());
      chain.add(step.index());
      root = step.parent();
    }
    Collections.reverse(chain);
    return chain;
  }
}
