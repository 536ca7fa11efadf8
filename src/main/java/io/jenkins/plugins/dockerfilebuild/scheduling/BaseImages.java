package io.jenkins.plugins.dockerfilebuild.scheduling;

import io.jenkins.plugins.dockerfilebuild.event.BuildEvent;
import io.jenkins.plugins.dockerfilebuild.execution.AgentLostException;
import io.jenkins.plugins.dockerfilebuild.execution.ImageUnavailableException;
import io.jenkins.plugins.dockerfilebuild.execution.PullPolicy;
import io.jenkins.plugins.dockerfilebuild.execution.RegistryLogin;
import io.jenkins.plugins.dockerfilebuild.execution.RegistryLogins;
import io.jenkins.plugins.dockerfilebuild.image.ImageDescription;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Finds base images, each once per build: a name that moves in a registry while the build runs
 * cannot mean two images. The first agent that has the image decides; where none has it, the first
 * agent that can pulls it. {@link #resolve} is for the thread that plans.
 */
public final class BaseImages {

  private final AgentPool pool;
  private final boolean pullAlways;
  private final RegistryLogins logins;
  private final Progress progress;

  /** What was found, and the image's whereabouts by its id. */
  private final Map<String, Located> locations = new ConcurrentHashMap<>();

  /**
   * @param pullAlways ask registries even if agents have the image
   */
  public BaseImages(AgentPool pool, boolean pullAlways, RegistryLogins logins, Progress progress) {
    this.pool = pool;
    this.pullAlways = pullAlways;
    this.logins = logins;
    this.progress = progress;
  }

  /**
   * Pins an image.
   *
   * @throws ImageUnavailableException no agent has it and no registry gives it
   */
  public ImageDescription resolve(String reference, String platform) throws InterruptedException {
    Map<Agent, ImageDescription> found =
        pullAlways ? new LinkedHashMap<>() : here(reference, platform);
    if (found.isEmpty()) {
      pull(reference, platform, found);
    }
    Map.Entry<Agent, ImageDescription> first = found.entrySet().iterator().next();
    locations.put(first.getValue().imageId(), locate(first.getValue(), found));
    progress.tell(
        at ->
            new BuildEvent.BaseImageResolved(
                at,
                reference,
                first.getValue().imageId(),
                first.getValue().repositoryDigest(),
                first.getKey().name()));
    return first.getValue();
  }

  /** All agents are asked at once: each answer takes the way there and back. */
  private Map<Agent, ImageDescription> here(String reference, String platform)
      throws InterruptedException {
    List<Agent> agents = pool.agents();
    List<Callable<Optional<ImageDescription>>> questions = new ArrayList<>();
    agents.forEach(agent -> questions.add(() -> ask(agent, reference, platform, PullPolicy.NEVER)));
    ExecutorService threads = Executors.newCachedThreadPool(Workers.named("image"));
    try {
      List<Optional<ImageDescription>> answers = new SideBySide(threads).all(questions);
      Map<Agent, ImageDescription> found = new LinkedHashMap<>();
      for (int i = 0; i < agents.size(); i++) {
        Agent agent = agents.get(i);
        answers.get(i).ifPresent(image -> found.put(agent, image));
      }
      return found;
    } finally {
      threads.shutdownNow();
    }
  }

  /** Where an image that {@link #resolve} answered lies. */
  Located locate(ImageDescription image) {
    return locations.getOrDefault(image.imageId(), new Located());
  }

  /**
   * Looks for an image that no agent holds any more: by the digest under which it was pulled, if it
   * was, for its name may mean another image by now.
   *
   * @param located is told who has it
   * @throws ImageUnavailableException it is not to be had any more
   */
  synchronized void findAgain(String reference, ImageDescription image, Located located) {
    if (!located.holders().isEmpty()) {
      return;
    }
    String pinned = image.repositoryDigest().orElse(reference);
    Map<Agent, ImageDescription> found = new LinkedHashMap<>();
    pull(pinned, image.platform(), found);
    found.forEach(
        (agent, candidate) -> {
          if (candidate.layers().equals(image.layers())) {
            located.add(agent, candidate.imageId());
          }
        });
    if (located.holders().isEmpty()) {
      throw new ImageUnavailableException(
          "the base image \"%s\" is gone, and its name means another image by now"
              .formatted(reference),
          null);
    }
  }

  /** Agents that have the same layers have the same image, whatever id they gave it. */
  private static Located locate(ImageDescription image, Map<Agent, ImageDescription> found) {
    Located located = new Located();
    found.forEach(
        (agent, candidate) -> {
          if (candidate.layers().equals(image.layers())) {
            located.add(agent, candidate.imageId());
          }
        });
    return located;
  }

  private void pull(String reference, String platform, Map<Agent, ImageDescription> found) {
    PullPolicy policy = pullAlways ? PullPolicy.ALWAYS : PullPolicy.IF_MISSING;
    Optional<RuntimeException> problem = Optional.empty();
    for (Agent agent : fittingFirst(platform)) {
      try {
        Optional<ImageDescription> image = ask(agent, reference, platform, policy);
        if (image.isPresent()) {
          found.put(agent, image.get());
          return;
        }
      } catch (ImageUnavailableException e) {
        problem = problem.or(() -> Optional.of(e));
      }
    }
    String message =
        problem
            .map(Throwable::getMessage)
            .orElse("no agent has the image \"" + reference + "\" and no registry knows it");
    boolean foreign = !pool.mayOffer(Set.of(platform));
    throw new ImageUnavailableException(
        foreign ? message + "; no agent runs " + platform + ": " + PoolOffer.of(pool) : message,
        problem.orElse(null));
  }

  /** On an engine of another platform the pulled image would take the name of the engine's own. */
  private List<Agent> fittingFirst(String platform) {
    return pool.agents().stream()
        .sorted(Comparator.comparing(agent -> !agent.platforms().contains(platform)))
        .toList();
  }

  /** An agent that is lost has nothing; that it is lost shows when a step wants to run there. */
  private Optional<ImageDescription> ask(
      Agent agent, String reference, String platform, PullPolicy policy) {
    try {
      Optional<RegistryLogin> login =
          policy == PullPolicy.NEVER ? Optional.empty() : logins.forImage(reference);
      return agent.services().resolveImage(reference, platform, policy, login);
    } catch (AgentLostException e) {
      progress.tell(at -> new BuildEvent.Notice(at, Optional.empty(), e.getMessage()));
      return Optional.empty();
    }
  }
}
