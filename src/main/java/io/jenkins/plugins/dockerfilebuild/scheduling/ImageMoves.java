package io.jenkins.plugins.dockerfilebuild.scheduling;

import io.jenkins.plugins.dockerfilebuild.coordination.TransferRates;
import io.jenkins.plugins.dockerfilebuild.coordination.TransferRates.Kind;
import io.jenkins.plugins.dockerfilebuild.coordination.TransferRates.Route;
import io.jenkins.plugins.dockerfilebuild.event.BuildEvent;
import io.jenkins.plugins.dockerfilebuild.execution.AgentLostException;
import io.jenkins.plugins.dockerfilebuild.execution.ImageCopy;
import io.jenkins.plugins.dockerfilebuild.execution.ReceivedImage;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
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
  private final Map<String, FutureTask<ReceivedImage>> moves = new ConcurrentHashMap<>();

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
   * @return its id there and the bytes that this call moved, 0 for one that only waited
   * @throws ImageCopy.SourceFailedException {@code from} does not give it
   * @throws AgentLostException {@code to} does not take it
   */
  ReceivedImage move(Moved image, Agent from, Agent to)
      throws InterruptedException, ImageCopy.SourceFailedException {
    String key = image.imageId + " " + to.name();
    FutureTask<ReceivedImage> mine = new FutureTask<>(() -> copy(image, from, to));
    FutureTask<ReceivedImage> first = moves.putIfAbsent(key, mine);
    while (first != null) {
      Optional<ReceivedImage> brought = brought(first);
      if (brought.isPresent()) {
        return new ReceivedImage(brought.get().imageId(), 0);
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

  /** Empty if it failed. */
  private static Optional<ReceivedImage> brought(FutureTask<ReceivedImage> move)
      throws InterruptedException {
    try {
      return Optional.of(move.get());
    } catch (ExecutionException e) {
      throwIfInterrupted(e);
      return Optional.empty();
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

  private ReceivedImage copy(Moved image, Agent from, Agent to)
      throws IOException, InterruptedException, ImageCopy.SourceFailedException {
    sending.merge(from.name(), 1, Integer::sum);
    try {
      return send(image, from, to);
    } finally {
      sending.merge(from.name(), -1, Integer::sum);
    }
  }

  private ReceivedImage send(Moved image, Agent from, Agent to)
      throws IOException, InterruptedException, ImageCopy.SourceFailedException {
    long begin = progress.millis();
    Optional<ReceivedImage> fetched = to.services().fetchImage(image.imageId, from.name());
    ReceivedImage received =
        fetched.isPresent()
            ? fetched.get()
            : ImageCopy.copy(image.imageId, from.services(), to.services());
    long took = progress.millis() - begin;
    rates.measured(new Route(Kind.IMAGE, from.name(), to.name()), received.bytes(), took / 1e3);
    progress.tell(
        at ->
            new BuildEvent.Transferred(
                at, image.name, from.name(), to.name(), received.bytes(), took));
    return received;
  }
}
