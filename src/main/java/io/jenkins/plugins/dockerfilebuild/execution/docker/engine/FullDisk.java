package io.jenkins.plugins.dockerfilebuild.execution.docker.engine;

import com.github.dockerjava.api.exception.DockerException;
import io.jenkins.plugins.dockerfilebuild.execution.AgentLostException;
import io.jenkins.plugins.dockerfilebuild.execution.StepOutcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Tells a full disk from other failures, and what to do about it. It is the agent's trouble, not
 * the step's: another agent may have room. Thread-safe.
 */
public final class FullDisk {

  /** With less than this left, whatever a command wrote in blocks has met the end. */
  private static final long NOTHING_BYTES = 1 << 20;

  private static final String REMEDY =
      "Make room there: \"docker system df\" says what the engine keeps,"
          + " \"dockerfile-build cache prune\" removes cache directories.";

  /** What the disk is for → a directory on it. */
  private final Map<String, Path> places = new LinkedHashMap<>();

  /**
   * @param engineRoot the engine's data root, which this machine need not see
   * @param state the agent's own directory
   */
  public FullDisk(Path engineRoot, Path state) {
    places.put("the engine's data", engineRoot);
    places.put("the agent's state", state);
  }

  /**
   * What a step's failure without an exit status is, by the words of whoever met it; where they
   * tell of something else, as runc's "unable to store init state" does, by a look at the disks.
   */
  public StepOutcome failure(String message) {
    return isAbout(message) || isFull()
        ? new StepOutcome.Lost(explain(message))
        : new StepOutcome.Failed(-1, message);
  }

  /**
   * What a command's failure is: programs tell in words of their own that they could not write, so
   * the disks are looked at while what the command wrote is still there.
   */
  public StepOutcome commandFailure(StepOutcome failure) {
    return failure instanceof StepOutcome.Failed failed && isFull()
        ? new StepOutcome.Lost(explain(failed.message()))
        : failure;
  }

  /** The same error, with where and what to do if a full disk is what it tells of. */
  public IOException explained(IOException e) {
    String message = String.valueOf(e.getMessage());
    return isAbout(message) ? new IOException(explain(message), e) : e;
  }

  /** Likewise, of what an engine refuses. */
  public RuntimeException explained(DockerException e) {
    String message = Engine.reason(e);
    return isAbout(message) ? new AgentLostException(explain(message), e) : e;
  }

  private static boolean isAbout(String message) {
    String text = message.toLowerCase(Locale.ROOT);
    return text.contains("no space left on device") || text.contains("disk quota exceeded");
  }

  private boolean isFull() {
    return places.values().stream().anyMatch(FullDisk::isFull);
  }

  private static boolean isFull(Path place) {
    return freeBytes(place).filter(free -> free < NOTHING_BYTES).isPresent();
  }

  private static Optional<Long> freeBytes(Path place) {
    try {
      return Optional.of(Files.getFileStore(place).getUsableSpace());
    } catch (IOException notOfThisMachine) {
      return Optional.empty();
    }
  }

  /** Once the step has cleaned up there may be room again: then all places are named. */
  private String explain(String message) {
    boolean known = isFull();
    String where =
        places.entrySet().stream()
            .filter(place -> !known || isFull(place.getValue()))
            .map(place -> place.getValue() + " (" + place.getKey() + ")")
            .collect(Collectors.joining(" or "));
    return "its disk is full at %s: %s. %s".formatted(where, message, REMEDY);
  }
}
