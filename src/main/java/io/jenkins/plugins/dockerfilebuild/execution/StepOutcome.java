package io.jenkins.plugins.dockerfilebuild.execution;

import io.jenkins.plugins.dockerfilebuild.content.Digest;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** How a step ended. */
public sealed interface StepOutcome {

  /**
   * @param mounts how each cache mount was found
   */
  record Succeeded(String imageId, List<MountReport> mounts) implements StepOutcome {}

  /**
   * The step itself is at fault; running it elsewhere would not help.
   *
   * @param exitCode of the command, or -1 where there was none
   * @param message one sentence for the user
   */
  record Failed(int exitCode, String message) implements StepOutcome {}

  /** The engine or the agent is at fault; another agent may do better. */
  record Lost(String reason) implements StepOutcome {}

  /**
   * The agent has lost content that the request names, as when it was pruned meanwhile. Nothing
   * ran: send again what {@link AgentServices#missingBlobs} names, the tree among it, and repeat.
   */
  record ContentMissing(Digest blob) implements StepOutcome {}

  /** The caller interrupted it. */
  record Canceled() implements StepOutcome {}

  /**
   * How one mount was found.
   *
   * @param hit {@code WARM}, {@code SYNCED} or {@code COLD} for a cache mount, {@code ""} otherwise
   * @param bytes held when the step began
   * @param bytesReceived of it, to bring the agent's replica up to date
   * @param version of a cache directory that is shared over the pool, when the step began; 0: none
   * @param waitMillis spent waiting for a lock
   * @param bringUpMillis from then until the directory was ready for the step
   * @param files of that version
   * @param ageMillis since that version was published
   * @param sync how the directory was brought to that version, if it did not have it
   */
  record MountReport(
      String type,
      String id,
      String target,
      String hit,
      long bytes,
      long bytesReceived,
      long version,
      long waitMillis,
      long bringUpMillis,
      long files,
      long ageMillis,
      Optional<Sync> sync) {

    /**
     * How a directory was brought up.
     *
     * @param bytesReceived as they travelled, and from which agents
     * @param bytesReused of new files that were on this agent already
     * @param chunksReceived that new files needed from elsewhere
     * @param chunksReused that new files found on this agent
     */
    public record Sync(
        long bytesReceived,
        Map<String, Long> bytesFrom,
        long bytesReused,
        int chunksReceived,
        int chunksReused) {

      public Sync {
        bytesFrom = Map.copyOf(bytesFrom);
      }
    }

    /** The same after another wait, and made ready in that time. */
    public MountReport readyAfter(long millis, long bringUpMillis) {
      return new MountReport(
          type,
          id,
          target,
          hit,
          bytes,
          bytesReceived,
          version,
          millis,
          bringUpMillis,
          files,
          ageMillis,
          sync);
    }

    /** A mount that is as this agent has it, of no version. */
    public static MountReport local(
        String type, String id, String target, String hit, long bytes, long waitMillis) {
      return new MountReport(
          type, id, target, hit, bytes, 0, 0, waitMillis, 0, 0, 0, Optional.empty());
    }
  }
}
