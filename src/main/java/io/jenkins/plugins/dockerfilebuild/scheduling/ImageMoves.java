package io.jenkins.plugins.dockerfilebuild.scheduling;

import io.jenkins.plugins.dockerfilebuild.coordination.TransferRates;
import io.jenkins.plugins.dockerfilebuild.coordination.TransferRates.Kind;
import io.jenkins.plugins.dockerfilebuild.coordination.TransferRates.Route;
import io.jenkins.plugins.dockerfilebuild.event.BuildEvent;
import io.jenkins.plugins.dockerfilebuild.execution.AgentLostException;
import io.jenkins.plugins.dockerfilebuild.execution.ImageCopy;
import java.io.IOException;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * Moves images between agents, once per image and receiver however many steps wait for it at that
 * moment, leaving out layers that the receiver has. The receiver fetches them where it has a way to
 * the holder; else they pass through here. Thread-safe.
 */
final class ImageMoves {

  private final Progress progress;
  private final TransferRates rates;

  /** Those under way: a receiver may remove later what it was brought, and want it again. */
  private final Map<String, FutureTask<Long>> moves = new ConcurrentHashMap<>();

  /** Images that an agent is sending, by its name. */
  private final Map<String, Integer> sending = new ConcurrentHashMap<>();

  ImageMoves(Progress progress, TransferRates rates) {
    this.progress = progress;
    this.rates = rates;
  }

  /** How many images the agent is sending now. */
  int sending(Agent agent) {
    return sending.getOrDefault(agent.name(), 0);
  }

  /**
   * What moves.
   *
   * @param name for people
   */
  record Moved(String imageId, String name) {

    /** An image that has no name of its own. */
    static Moved image(String imageId) {
      return new Moved(imageId, "image " + imageId);
    }
  }

  /**
   * Brings an image to an agent; waits where another step brings it already, and does it itself
   * where that fails: the other may have asked another source, whose failure says nothing of {@code
   * from}.
   *
   * @return bytes that this call moved; 0 for one that only waited
   * @throws ImageCopy.SourceFailedException {@code from} does not give it
   * @throws AgentLostException {@code to} does not take it
   */
  long move(Moved image, Agent from, Agent to)
      throws InterruptedException, ImageCopy.SourceFailedException {
    String key = image.imageId + " " + to.name();
    FutureTask<Long> mine = new FutureTask<>(() -> copy(image, from, to));
    FutureTask<Long> first = moves.putIfAbsent(key, mine);
    while (first != null) {
      if (isBrought(first)) {
        return 0;
      }
      moves.remove(key, first);
      first = moves.putIfAbsent(key, mine);
    }
    mine.run();
    moves.remove(key, mine);
    try {
      return mine.get();
    } catch (ExecutionException e) {
      throwIfInterrupted(e);
      if (e.getCause() instanceof ImageCopy.SourceFailedException source) {
        throw source;
      }
      throw new AgentLostException(
          "moving " + image.name + " from " + from + " to " + to + " failed: " + cause(e),
          e.getCause());
    }
  }

  private static boolean isBrought(FutureTask<Long> move) throws InterruptedException {
    try {
      move.get();
      return true;
    } catch (ExecutionException e) {
      throwIfInterrupted(e);
      return false;
    }
  }

  private static void throwIfInterrupted(ExecutionException e) throws InterruptedException {
    if (e.getCause() instanceof InterruptedException
        || e.getCause() instanceof CancellationException) {
      throw (InterruptedException) new InterruptedException("interrupted").initCause(e);
    }
  }

  private static String cause(ExecutionException e) {
    return String.valueOf(e.getCause().getMessage());
  }

  private long copy(Moved image, Agent from, Agent to)
      throws IOException, InterruptedException, ImageCopy.SourceFailedException {
    sending.merge(from.name(), 1, Integer::sum);
    try {
      return send(image, from, to);
    } finally {
      sending.merge(from.name(), -1, Integer::sum);
    }
  }

  private long send(Moved image, Agent from, Agent to)
      throws IOException, InterruptedException, ImageCopy.SourceFailedException {
    long begin = progress.millis();
    OptionalLong fetched = to.services().fetchImage(image.imageId, from.name());
    long bytes =
        fetched.isPresent()
            ? fetched.getAsLong()
            : ImageCopy.copy(image.imageId, from.services(), to.services());
    long took = progress.millis() - begin;
    rates.measured(new Route(Kind.IMAGE, from.name(), to.name()), bytes, took / 1e3);
    progress.tell(
        at -> new BuildEvent.Transferred(at, image.name, from.name(), to.name(), bytes, took));
    return bytes;
  }
}
