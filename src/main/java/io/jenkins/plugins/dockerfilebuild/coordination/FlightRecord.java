package io.jenkins.plugins.dockerfilebuild.coordination;

import io.jenkins.plugins.dockerfilebuild.coordination.SingleFlight.Result;
import java.util.List;
import java.util.Optional;

/**
 * One result that is being made, or was. Immutable.
 *
 * @param id of the leader's part
 * @param beat grows as long as the leader is there
 * @param followed whether anybody follows, for else nothing that is printed needs to travel
 * @param printed what was printed last
 * @param result once it is there
 */
public record FlightRecord(
    String id,
    String leader,
    State state,
    long beat,
    boolean followed,
    PrintedLines printed,
    Optional<Result> result) {

  /** How far it has come. */
  public enum State {
    /** Somebody has said that he will make it. */
    CLAIMED,
    RUNNING,
    MADE,
    FAILED
  }

  static FlightRecord claimed(String id, String leader) {
    return new FlightRecord(
        id, leader, State.CLAIMED, 0, false, PrintedLines.NONE, Optional.empty());
  }

  boolean isOpen() {
    return state == State.CLAIMED || state == State.RUNNING;
  }

  /** The same with another state. */
  FlightRecord in(State next) {
    return new FlightRecord(id, leader, next, beat + 1, followed, printed, result);
  }

  /** One that has ended has nothing more to tell. */
  FlightRecord withFollower() {
    return !isOpen() ? this : new FlightRecord(id, leader, state, beat, true, printed, result);
  }

  /** A sign of the leader, with what was printed meanwhile. */
  FlightRecord beaten(PrintedLines lines) {
    return new FlightRecord(id, leader, state, beat + 1, followed, lines, result);
  }

  FlightRecord made(Result made, PrintedLines lines) {
    return new FlightRecord(id, leader, State.MADE, beat + 1, followed, lines, Optional.of(made));
  }

  /** What a flight has printed. */
  record Line(String text, boolean error) {}

  /**
   * The last lines of all.
   *
   * @param first number of the first line that is still here, counted from 0
   */
  public record PrintedLines(long first, List<Line> lines) {

    static final PrintedLines NONE = new PrintedLines(0, List.of());

    public PrintedLines {
      lines = List.copyOf(lines);
    }
  }
}
