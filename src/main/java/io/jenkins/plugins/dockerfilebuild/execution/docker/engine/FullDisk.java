package io.jenkins.plugins.dockerfilebuild.execution.docker.engine;

import com.github.dockerjava.api.exception.DockerException;
import io.jenkins.plugins.dockerfilebuild.execution.AgentLostException;
import io.jenkins.plugins.dockerfilebuild.execution.StepOutcome;
import java.io.IOException;
import java.nio.file.FileStore;
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
   * What the end of a command is, while what it wrote is still there. Programs tell in words of
   * their own that they could not write, and some not at all: busybox's {@code sha256sum >file}
   * ends with 0. So whatever ends on a disk without room has no result.
   *
   * @param failure empty if the command ended well
   */
  public Optional<StepOutcome> commandEnd(Optional<StepOutcome> failure) {
    if (failure.isEmpty()) {
      return isUsedUp()
          ? Optional.of(new StepOutcome.Lost(explain("what the command wrote may be cut short")))
          : Optional.empty();
    }
    return failure.map(
        end ->
            end instanceof StepOutcome.Failed failed && isFull()
                ? new StepOutcome.Lost(explain(failed.message()))
                : end);
  }

  /** Something that an agent does. */
  @FunctionalInterface
  public interface Work<T, E extends Exception> {
    T done() throws E;
  }

  /** Something that an agent does and that has no result. */
  @FunctionalInterface
  public interface Task<E extends Exception> {
    void done() throws E;
  }

  /** As {@link #guarded}. */
  public <E extends Exception> void guard(Task<E> task) throws E {
    this.<Optional<Void>, E>guarded(
        () -> {
          task.done();
          return Optional.empty();
        });
  }

  /**
   * Does something; a full disk that it meets, in words of the engine or of this machine, is the
   * loss of the agent, with where and what to do.
   */
  public <T, E extends Exception> T guarded(Work<T, E> work) throws E {
    try {
      return work.done();
    } catch (AgentLostException e) {
      throw e;
    } catch (Exception e) {
      String message =
          e instanceof DockerException refusal
              ? Engine.reason(refusal)
              : String.valueOf(e.getMessage());
      if (isAbout(message)) {
        throw new AgentLostException(explain(message), e);
      }
      throw e;
    }
  }

  private static boolean isAbout(String message) {
    String text = message.toLowerCase(Locale.ROOT);
    return text.contains("no space left on device") || text.contains("disk quota exceeded");
  }

  private boolean isFull() {
    return places.values().stream().anyMatch(FullDisk::isFull);
  }

  /**
   * Also for root, who may fill what file systems reserve: engines mostly run as root. A file
   * system that tells no size, as some in user space, is not full.
   */
  private boolean isUsedUp() {
    return places.values().stream()
        .anyMatch(
            place ->
                isBelow(place, FileStore::getUnallocatedSpace)
                    && !isBelow(place, FileStore::getTotalSpace));
  }

  private static boolean isFull(Path place) {
    return isBelow(place, FileStore::getUsableSpace);
  }

  private interface Space {
    long of(FileStore disk) throws IOException;
  }

  private static boolean isBelow(Path place, Space space) {
    try {
      return space.of(Files.getFileStore(place)) < NOTHING_BYTES;
    } catch (IOException notOfThisMachine) {
      return false;
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
