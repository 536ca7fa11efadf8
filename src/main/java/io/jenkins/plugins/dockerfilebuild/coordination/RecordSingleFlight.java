package io.jenkins.plugins.dockerfilebuild.coordination;

import io.jenkins.plugins.dockerfilebuild.coordination.FlightRecord.State;
import io.jenkins.plugins.dockerfilebuild.coordination.SharedRecords.Change;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Flights as one {@link FlightRecord} for each key. Thread-safe. */
public final class RecordSingleFlight implements SingleFlight {

  private final SharedRecords<FlightRecord> flights;
  private final Duration lifetime;
  private final ProcessClock clock;
  private final SilenceObserver<Sign> observer;
  private final ScheduledExecutorService timer = timer();

  /** What a leader shows, whatever followers change in the record. */
  private record Sign(String id, long beat) {}

  /**
   * @param flights shared with all who use the same agents
   * @param lifetime how long a leader may be silent; the same for all
   */
  public RecordSingleFlight(
      SharedRecords<FlightRecord> flights, Duration lifetime, ProcessClock clock) {
    this.flights = flights;
    this.lifetime = lifetime;
    this.clock = clock;
    this.observer = new SilenceObserver<>(lifetime, clock.forwardMillis(), Sign::id);
  }

  /** Its thread ends when nobody leads for a while, and keeps no JVM alive. */
  private static ScheduledExecutorService timer() {
    ScheduledThreadPoolExecutor timer =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread thread = new Thread(task, "dockerfile-build-flights");
              thread.setDaemon(true);
              return thread;
            });
    timer.setKeepAliveTime(10, TimeUnit.SECONDS);
    timer.allowCoreThreadTimeOut(true);
    timer.setRemoveOnCancelPolicy(true);
    return timer;
  }

  @Override
  public Part join(Request request) {
    String id = UUID.randomUUID().toString();
    FlightRecord joined =
        flights.update(
            request.key(),
            found -> {
              FlightRecord next =
                  found
                      .filter(flight -> canBeFollowed(flight, id, request))
                      .map(flight -> flight.id().equals(id) ? flight : flight.withFollower())
                      .orElseGet(() -> FlightRecord.claimed(id, request.who()));
              return Change.to(next, next);
            });
    if (!joined.id().equals(id)) {
      return new FlightFollower(flights, request.key(), joined, this::isSilent, clock);
    }
    LeadingFlight leader = new LeadingFlight(flights, request.key(), id);
    leader.beatWith(timer, lifetime.toMillis() / 3);
    return leader;
  }

  private boolean canBeFollowed(FlightRecord flight, String id, Request request) {
    boolean landed = flight.state() == State.MADE && !flight.result().equals(request.unusable());
    boolean open = flight.isOpen() && !isSilent(request.key(), flight);
    return flight.id().equals(id) || landed || open;
  }

  /** What is not open any more need not be watched. */
  private boolean isSilent(String key, FlightRecord flight) {
    List<Sign> open = flight.isOpen() ? List.of(new Sign(flight.id(), flight.beat())) : List.of();
    return !observer.silent(key, open).isEmpty();
  }
}
