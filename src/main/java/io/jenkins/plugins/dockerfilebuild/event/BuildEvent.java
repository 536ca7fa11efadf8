package io.jenkins.plugins.dockerfilebuild.event;

import io.jenkins.plugins.dockerfilebuild.execution.MountStorage;
import io.jenkins.plugins.dockerfilebuild.execution.StepOutcome.MountReport;
import io.jenkins.plugins.dockerfilebuild.plan.Miss;
import java.util.List;
import java.util.Optional;

/** Something that happened in a build. {@code atMillis} counts from the start of the build. */
public sealed interface BuildEvent {

  long atMillis();

  /** The plan stands. Steps are told in the order of the plan; their index is their identity. */
  record Planned(long atMillis, String dockerfile, List<Step> steps, List<String> agents)
      implements BuildEvent {}

  /** An agent takes part. */
  record AgentJoined(long atMillis, String agent, MountStorage storage) implements BuildEvent {}

  /**
   * A step as the user knows it.
   *
   * @param stage the stage's name, or its number where it has none
   * @param stepInStage counted from 1, {@code stepsInStage} in all
   * @param line of the Dockerfile where it starts
   * @param endLine where it ends
   * @param platform of its stage, {@code os/architecture[/variant]}; {@code ""} if that is not
   *     known
   */
  record Step(
      int index,
      String stage,
      int stepInStage,
      int stepsInStage,
      int line,
      int endLine,
      String text,
      String platform) {

    /** A step of which nobody knows the platform. */
    public Step(
        int index,
        String stage,
        int stepInStage,
        int stepsInStage,
        int line,
        int endLine,
        String text) {
      this(index, stage, stepInStage, stepsInStage, line, endLine, text, "");
    }
  }

  /**
   * A base image was found and pinned.
   *
   * @param repositoryDigest {@code name@sha256:…} where it came from a registry
   */
  record BaseImageResolved(
      long atMillis,
      String reference,
      String imageId,
      Optional<String> repositoryDigest,
      String agent)
      implements BuildEvent {}

  /**
   * A place for a step was chosen.
   *
   * @param rankMillis expected time from the step's beginning to the end of the build along the
   *     longest way: the greater, the sooner it gets a place
   * @param candidates the agents that were weighed, the best first: that is where it goes
   */
  record StepPlaced(long atMillis, int step, long rankMillis, List<Candidate> candidates)
      implements BuildEvent {}

  /**
   * An agent that was weighed for a step.
   *
   * @param waitMillis until it was expected to have a place
   * @param moveBytes that it lacked, as well as that is known
   * @param moveMillis that bringing them was expected to take
   * @param runMillis that the step was expected to run
   * @param endMillis from the decision to the expected end
   */
  record Candidate(
      String agent,
      long waitMillis,
      long moveBytes,
      long moveMillis,
      long runMillis,
      long endMillis) {}

  /** A step begins to run. {@code miss} says why it must. */
  record StepStarted(long atMillis, int step, String agent, String key, Optional<Miss> miss)
      implements BuildEvent {}

  /** A line that the step's command printed. */
  record StepPrinted(long atMillis, int step, String line, boolean error) implements BuildEvent {}

  /**
   * A step ended, or was found.
   *
   * @param agent empty where nothing ran and none was asked
   * @param savedMillis for a cached step: what running it took when it ran, 0 if unknown
   * @param bytesReceived layers, context and cache content that the agent had to be sent for it
   */
  record StepFinished(
      long atMillis,
      int step,
      Status status,
      Optional<String> agent,
      String key,
      long durationMillis,
      long savedMillis,
      Optional<Miss> miss,
      List<MountReport> mounts,
      long bytesReceived,
      Optional<Failure> failure)
      implements BuildEvent {}

  /** How a step ended. SKIPPED: something before it failed, or nothing needed it. */
  enum Status {
    CACHED,
    EXECUTED,
    FAILED,
    CANCELED,
    SKIPPED
  }

  /**
   * Why a step failed.
   *
   * @param exitCode of the command, or -1
   */
  record Failure(int exitCode, String message) {}

  /** Content moved to an agent because a step needs it there. */
  record Transferred(
      long atMillis, String what, String from, String to, long bytes, long durationMillis)
      implements BuildEvent {}

  /**
   * What a step wrote into a cache directory is the directory's newest version now.
   *
   * @param conflicts paths that another writer had changed too; the newest of both counts
   * @param durationMillis that it took, while the build went on
   */
  record CachePublished(
      long atMillis,
      int step,
      String id,
      String agent,
      long version,
      long files,
      long bytes,
      int conflicts,
      long durationMillis)
      implements BuildEvent {}

  /**
   * An image is there: told for each platform of several, and in a pool where it may be on any
   * agent.
   *
   * @param agent whose engine keeps it
   * @param names that it has there
   */
  record ImageMade(long atMillis, String platform, String imageId, String agent, List<String> names)
      implements BuildEvent {}

  /** The image is on its way to a registry. {@code done} of {@code layers} are there. */
  record PushProgressed(long atMillis, String reference, String agent, int done, int layers)
      implements BuildEvent {}

  /**
   * A registry has the image.
   *
   * @param digest of its manifest there, {@code sha256:…}
   */
  record Pushed(long atMillis, String reference, String digest, long durationMillis)
      implements BuildEvent {}

  /** One line that the user should see: a warning, a lost agent, a wait for a lock. */
  record Notice(long atMillis, Optional<Integer> step, String message) implements BuildEvent {}

  /** The build ended. {@code imageId} stands where it succeeded, {@code problem} where not. */
  record Finished(long atMillis, Result result, Optional<String> imageId, Optional<String> problem)
      implements BuildEvent {}

  /** How the build ended. */
  enum Result {
    SUCCESS,
    FAILURE,
    CANCELED
  }
}
