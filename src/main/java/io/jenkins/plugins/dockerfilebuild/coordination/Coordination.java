package io.jenkins.plugins.dockerfilebuild.coordination;

import java.time.Duration;

/**
 * What builds that use the same agents agree on.
 *
 * @param leases who may use which cache directory
 * @param versions which version of each cache directory is the newest, and who holds it
 * @param flights who makes which step's result right now
 */
public record Coordination(
    CacheDirectoryLeases leases, CacheVersions versions, SingleFlight flights) {

  /** How long a holder may be silent: a long pause of a JVM, but not a coffee break. */
  private static final Duration LIFETIME = Duration.ofSeconds(60);

  /** Making a result again costs little more than waiting for one that will never come. */
  private static final Duration FLIGHT_LIFETIME = Duration.ofSeconds(20);

  /**
   * Where the values are.
   *
   * @param leases forgotten after a time that exceeds any difference of clocks
   * @param versions soft, for agents know what they hold
   * @param flights soft, for agents know what they have made; an hour is enough
   */
  public record Records(
      SharedRecords<LeaseQueue> leases,
      SharedRecords<DirectoryVersions> versions,
      SharedRecords<FlightRecord> flights) {}

  /** How long values that nobody uses are remembered. */
  public static final Duration REMEMBERED = Duration.ofDays(30);

  /** How long the result of a flight is remembered that nobody asks for. */
  public static final Duration LANDED = Duration.ofHours(1);

  /** Over values that are shared with all who use the same agents. */
  public static Coordination over(Records records) {
    ProcessClock clock = ProcessClock.system();
    return new Coordination(
        new RecordCacheDirectoryLeases(records.leases, LIFETIME, clock),
        new RecordCacheVersions(records.versions),
        new RecordSingleFlight(records.flights, FLIGHT_LIFETIME, clock));
  }

  /** For builds of one process; the agents know the rest. */
  public static Coordination inMemory() {
    ProcessClock clock = ProcessClock.system();
    return over(
        new Records(
            new InMemoryRecords<>(REMEMBERED, clock),
            new InMemoryRecords<>(REMEMBERED, clock),
            new InMemoryRecords<>(LANDED, clock)));
  }
}
