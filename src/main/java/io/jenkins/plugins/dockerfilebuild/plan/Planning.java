package io.jenkins.plugins.dockerfilebuild.plan;

import io.jenkins.plugins.dockerfilebuild.content.RemoteSource;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

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

  /**
   * Files of networks are not known yet. Fetch them and plan again.
   *
   * @param sources each once, with the line that names it first
   */
  record NeedsSources(Map<RemoteSource, Integer> sources) implements Planning {
    public NeedsSources {
      sources = Collections.unmodifiableMap(new LinkedHashMap<>(sources));
    }
  }

  /** The plan stands. */
  record Planned(BuildPlan plan) implements Planning {}
}
