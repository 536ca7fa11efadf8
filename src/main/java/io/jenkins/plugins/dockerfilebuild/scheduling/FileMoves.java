package io.jenkins.plugins.dockerfilebuild.scheduling;

import io.jenkins.plugins.dockerfilebuild.content.Digest;
import io.jenkins.plugins.dockerfilebuild.execution.AgentLostException;
import io.jenkins.plugins.dockerfilebuild.execution.ImageCopy;
import io.jenkins.plugins.dockerfilebuild.execution.ReceivedImage;
import io.jenkins.plugins.dockerfilebuild.execution.SourceNotFoundException;
import io.jenkins.plugins.dockerfilebuild.plan.PlannedSource;
import io.jenkins.plugins.dockerfilebuild.plan.RootFilesystem;
import io.jenkins.plugins.dockerfilebuild.scheduling.Located.Held;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Brings root filesystems to the agents of the steps that need them, and of those from which a step
 * only takes files no more than these files, where its agent lacks much else: a binary of a
 * toolchain's image is then sent without the toolchain. Thread-safe.
 */
final class FileMoves {

  /**
   * An agent that lacks less than this of an image is sent the image. An estimate: to load even the
   * smallest image takes an engine some 0.3 s, in which {@code docker save | docker load} moves as
   * much.
   */
  static final long MUCH_BYTES = 16_000_000;

  private final Roots roots;
  private final MoveEstimates estimates;
  private final ImageMoves moves;
  private final SideBySide ahead;

  private final Map<PlannedSource.Files, Part> parts = new ConcurrentHashMap<>();

  /**
   * An image of files.
   *
   * @param whole what they were taken from: a result that is made again is another
   * @param image empty where none was made, for that is not worth it
   */
  private record Part(Optional<Located> whole, Optional<Located> image) {}

  FileMoves(Roots roots, MoveEstimates estimates, ImageMoves moves, SideBySide ahead) {
    this.roots = roots;
    this.estimates = estimates;
    this.moves = moves;
    this.ahead = ahead;
  }

  /** Where the root filesystems lie. */
  Roots roots() {
    return roots;
  }

  /**
   * Has all that a step needs on an agent, as far as that goes well; {@link #bring} knows what to
   * do where it does not.
   *
   * @return the bytes that moved
   */
  long bringAhead(StepRoots needed, Agent agent) throws InterruptedException {
    List<Callable<Long>> lacking = new ArrayList<>();
    for (RootFilesystem root : needed.whole()) {
      if (roots.lacks(agent, root)) {
        lacking.add(() -> roots.bring(root, agent).bytes());
      }
    }
    for (PlannedSource.Files files : needed.files()) {
      if (roots.lacks(agent, files.root())) {
        lacking.add(() -> bring(files, agent).bytes());
      }
    }
    return lacking.size() < 2 ? 0 : ahead.sum(lacking);
  }

  /**
   * Has files on an agent.
   *
   * @return an image there in which their paths name them, empty for scratch, and the bytes that
   *     moved
   * @throws ResultGoneException nobody holds their root
   */
  Roots.Brought bring(PlannedSource.Files files, Agent agent) throws InterruptedException {
    if (roots.lacks(agent, files.root())) {
      Optional<Located> part = part(files, agent);
      Optional<Roots.Brought> brought =
          part.isPresent() ? bringPart(part.get(), files, agent) : Optional.empty();
      if (brought.isPresent()) {
        return brought.get();
      }
    }
    return roots.bring(files.root(), agent);
  }

  /** Of half of what the agent lacks at most: more would be as well sent in layers, for good. */
  private Optional<Located> part(PlannedSource.Files files, Agent agent) {
    roots.learnSize(files.root());
    long lacking = estimates.bytes(List.of(files.root()), agent.name());
    return lacking < MUCH_BYTES ? Optional.empty() : part(files, lacking / 2);
  }

  private Optional<Located> part(PlannedSource.Files files, long mostBytes) {
    Optional<Located> whole = roots.locate(files.root());
    return parts.compute(
            files,
            (wanted, known) ->
                known != null && known.whole.equals(whole)
                    ? known
                    : new Part(whole, roots.partOf(wanted, mostBytes)))
        .image;
  }

  /** Empty if it cannot be had: the whole is tried next, by which the reason shows. */
  private Optional<Roots.Brought> bringPart(Located part, PlannedSource.Files files, Agent agent)
      throws InterruptedException {
    Optional<String> there = part.idOn(agent);
    Optional<Held> from = part.anyHolder();
    if (there.isPresent() || from.isEmpty()) {
      return there.map(imageId -> new Roots.Brought(there, 0));
    }
    try {
      ReceivedImage received = move(files, from.get(), agent);
      part.add(agent, received.imageId());
      return Optional.of(new Roots.Brought(part.idOn(agent), received.bytes()));
    } catch (ImageCopy.SourceFailedException | AgentLostException | SourceNotFoundException e) {
      part.remove(from.get().agent());
      return Optional.empty();
    }
  }

  /** The receiver says whether it has what the step's key is made of: nobody else is believed. */
  private ReceivedImage move(PlannedSource.Files files, Held from, Agent to)
      throws InterruptedException, ImageCopy.SourceFailedException {
    String what = String.join(", ", files.paths()) + " of " + files.origin();
    ReceivedImage received =
        moves.move(new ImageMoves.Moved(from.imageId(), what), from.agent(), to);
    Digest there = to.services().digestOf(received.imageId(), files.paths(), files.excludes());
    if (!there.equals(roots.contentOf(files))) {
      throw new SourceNotFoundException(what + " came as something else");
    }
    return received;
  }

  /**
   * As {@link Roots#isGone}, of what {@link #bring} brought: the part or the whole, for an agent
   * that has the part of an earlier result may have been brought the later one as a whole.
   */
  boolean isGone(PlannedSource.Files files, Agent agent) {
    boolean partIsGone =
        Optional.ofNullable(parts.get(files))
            .flatMap(Part::image)
            .filter(image -> roots.isGone(image, agent))
            .isPresent();
    return partIsGone || roots.isGone(files.root(), agent);
  }
}
