package io.jenkins.plugins.dockerfilebuild.coordination;

import io.jenkins.plugins.dockerfilebuild.coordination.FlightRecord.PrintedLines;
import io.jenkins.plugins.dockerfilebuild.coordination.FlightRecord.State;
import io.jenkins.plugins.dockerfilebuild.coordination.SharedRecords.Change;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/**
 * The leader's side of a flight. What it prints travels only when somebody follows, some times a
 * second, as one value. That it cannot be told never disturbs the step: followers then see that the
 * leader is silent. Thread-safe.
 */
final class LeadingFlight implements SingleFlight.Leader {

  /** How soon followers see a line. */
  private static final long FLUSH_MILLIS = 100;

  private final SharedRecords<FlightRecord> flights;
  private final String key;
  private final String id;
  private final PrintedTail tail = new PrintedTail();
  private volatile Optional<Future<?>> ticks = Optional.empty();
  private volatile boolean ended;

  /** Written by the timer alone. */
  private long nextBeatTick;

  private long tick;

  LeadingFlight(SharedRecords<FlightRecord> flights, String key, String id) {
    this.flights = flights;
    this.key = key;
    this.id = id;
  }

  void beatWith(ScheduledExecutorService timer, long beatMillis) {
    long beatTicks = Math.max(1, beatMillis / FLUSH_MILLIS);
    nextBeatTick = beatTicks;
    ticks =
        Optional.of(
            timer.scheduleWithFixedDelay(
                () -> tick(beatTicks), FLUSH_MILLIS, FLUSH_MILLIS, TimeUnit.MILLISECONDS));
  }

  private void tick(long beatTicks) {
    tick++;
    boolean due = tick >= nextBeatTick;
    try {
      boolean toBeSent = flights.get(key).filter(this::isMine).map(this::lacksLines).orElse(false);
      if ((due || toBeSent) && !ended) {
        change(flight -> flight.beaten(linesFor(flight)));
        nextBeatTick = tick + beatTicks;
      }
    } catch (CoordinationException e) {
      // Told again at the next tick.
      return;
    }
  }

  private boolean lacksLines(FlightRecord flight) {
    return flight.followed() && !flight.printed().equals(tail.lines());
  }

  private PrintedLines linesFor(FlightRecord flight) {
    return flight.followed() ? tail.lines() : PrintedLines.NONE;
  }

  private boolean isMine(FlightRecord flight) {
    return flight.id().equals(id);
  }

  @Override
  public void begun() {
    tell(flight -> flight.in(State.RUNNING));
  }

  @Override
  public void printed(String line, boolean error) {
    tail.add(line, error);
  }

  @Override
  public void made(SingleFlight.Result result) {
    ended = true;
    tell(flight -> flight.made(result, linesFor(flight)));
  }

  @Override
  public void failed() {
    ended = true;
    tell(flight -> flight.beaten(linesFor(flight)).in(State.FAILED));
  }

  @Override
  public void close() {
    ticks.ifPresent(future -> future.cancel(false));
    if (!ended) {
      ended = true;
      try {
        flights.update(
            key, found -> new Change<>(found.filter(flight -> !isMine(flight)), Optional.empty()));
      } catch (CoordinationException e) {
        // Followers see that it is silent.
        return;
      }
    }
  }

  private void tell(UnaryOperator<FlightRecord> change) {
    try {
      change(change);
    } catch (CoordinationException e) {
      // Followers see that it is silent, and make the result themselves.
      return;
    }
  }

  /** Another may have taken over from a leader that was thought to be dead. */
  private void change(UnaryOperator<FlightRecord> change) {
    flights.update(
        key,
        found ->
            new Change<>(
                found.map(
                    flight -> isMine(flight) && flight.isOpen() ? change.apply(flight) : flight),
                Optional.empty()));
  }
}
