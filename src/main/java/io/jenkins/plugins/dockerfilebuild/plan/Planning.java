package io.jenkins.plugins.dockerfilebuild.plan;

import java.util.List;

/** How far {@link Planner#plan} came. */
public sealed interface Planning {

  /**
   * Base images are not known yet. Find them and plan again; ONBUILD triggers of what is found may
   * name further ones, so this can take several rounds.
   *
   * @param images each once, in the order of their lines
   */
  record NeedsImages(List<ImageNeed> images) implements Planning {
    public NeedsImages {
      images = List.copyOf(images);
    }
  }

  /** The plan stands. */
  record Planned(BuildPlan plan) implements Planning {}
}
