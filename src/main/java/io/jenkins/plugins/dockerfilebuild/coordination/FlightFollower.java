package io.jenkins.plugins.dockerfilebuild.coordination;

import io.jenkins.plugins.dockerfilebuild.coordination.FlightRecord.Line;
import io.jenkins.plugins.dockerfilebuild.coordination.FlightRecord.State;
import io.jenkins.plugins.dockerfilebuild.coordination.SingleFlight.End;
import java.util.List;
import java.util.Optional;
import java.util.function.BiPredicate;

/** A follower's side of a flight. Used by one thread. */
final class FlightFollower implements SingleFlight.Follower {

  /** How long somebody may lead without beginning, as when all of his agents are busy. */
  private static final long PATIENCE_MILLIS = 10_000;

  private static final long RECONSIDER_MILLIS = 1_000;

  private final SharedRecords<FlightRecord> flights;
  private final String key;
  private final FlightRecord joined;
  private final BiPredicate<String, FlightRecord> silent;
  private final ProcessClock clock;
  private final long joinedMillis;
  private long told;

  /**
   * @param joined the flight as it was joined
   * @param silent whether the leader of a flight is gone
   */
  FlightFollower(
      SharedRecords<FlightRecord> flights,
      String key,
      FlightRecord joined,
      BiPredicate<String, FlightRecord> silent,
      ProcessClock clock) {
    this.flights = flights;
    this.key = key;
    this.joined = joined;
    this.silent = silent;
    this.clock = clock;
    this.joinedMillis = clock.forwardMillis().getAsLong();
  }

  @Override
  public String leader() {
    return joined.leader();
  }

  @Override
  public boolean isUnderWay() {
    return joined.isOpen();
  }

  @Override
  public End await(SingleFlight.Listener listener) throws InterruptedException {
    Optional<FlightRecord> flight = Optional.of(joined);
    while (true) {
      flight.filter(this::isJoined).ifPresent(now -> tell(now, listener));
      Optional<End> end = end(flight, clock.forwardMillis().getAsLong() - joinedMillis);
      if (end.isPresent()) {
        return end.get();
      }
      flights.awaitChange(key, flight, RECONSIDER_MILLIS);
      flight = flights.get(key);
    }
  }

  private boolean isJoined(FlightRecord flight) {
    return flight.id().equals(joined.id());
  }

  private Optional<End> end(Optional<FlightRecord> found, long waitedMillis) {
    if (found.isEmpty() || !isJoined(found.get()) || silent.test(key, found.get())) {
      return Optional.of(new End.Vacant());
    }
    FlightRecord flight = found.get();
    if (flight.result().isPresent()) {
      return flight.result().map(End.Made::new);
    }
    if (flight.state() == State.FAILED) {
      return Optional.of(new End.Alone("it failed there"));
    }
    boolean stuck = flight.state() == State.CLAIMED && waitedMillis > PATIENCE_MILLIS;
    return stuck ? Optional.of(new End.Alone("it has not begun there")) : Optional.empty();
  }

  private void tell(FlightRecord flight, SingleFlight.Listener listener) {
    long first = flight.printed().first();
    List<Line> lines = flight.printed().lines();
    if (first > told) {
      listener.leftOut(first - told);
      told = first;
    }
    for (Line line : lines.subList((int) Math.min(told - first, lines.size()), lines.size())) {
      listener.printed(line.text(), line.error());
      told++;
    }
  }
}
