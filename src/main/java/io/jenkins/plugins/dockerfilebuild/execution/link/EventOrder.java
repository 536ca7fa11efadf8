package io.jenkins.plugins.dockerfilebuild.execution.link;

import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * Puts the events of one operation in order, of which an agent tells each once, in answers that may
 * overtake one another. Used by one thread.
 */
final class EventOrder {

  /** Events of answers that overtook others, by the index of the first. */
  private final NavigableMap<Long, List<OperationEvent>> early = new TreeMap<>();

  private long next;

  /** Answers that wait for others: a caller keeps them few by asking for no more meanwhile. */
  int early() {
    return early.size();
  }

  /**
   * Takes an answer.
   *
   * @param moreUnderWay whether another answer may bring what is missing
   * @return the events that come next
   * @throws MalformedFrameException events are missing, or told again: such an agent could have any
   *     number of them kept
   */
  List<OperationEvent> arranged(AgentFrame.Events answer, boolean moreUnderWay)
      throws MalformedFrameException {
    boolean again =
        !answer.events().isEmpty() && early.put(answer.first(), answer.events()) != null;
    List<OperationEvent> arranged = new ArrayList<>();
    for (var found = early.remove(next); found != null; found = early.remove(next)) {
      arranged.addAll(found);
      next += found.size();
    }
    if (again || (!early.isEmpty() && (!moreUnderWay || early.firstKey() < next))) {
      throw new MalformedFrameException("events are missing, or told again", null);
    }
    return arranged;
  }
}
