package io.jenkins.plugins.dockerfilebuild.coordination;

/** {@link SingleFlight} of one process. */
class InMemorySingleFlightTest extends SingleFlightContract {

  private final SharedRecords<FlightRecord> flights =
      new InMemoryRecords<>(Coordination.LANDED, ProcessClock.system());

  @Override
  protected SharedRecords<FlightRecord> flights(int process) {
    return flights;
  }
}
