package io.jenkins.plugins.dockerfilebuild.coordination.hazelcast;

import io.jenkins.plugins.dockerfilebuild.coordination.FlightRecord;
import io.jenkins.plugins.dockerfilebuild.coordination.SharedRecords;
import io.jenkins.plugins.dockerfilebuild.coordination.SingleFlightContract;

/** The same rules for a member of a cluster and a client of it. */
class HazelcastSingleFlightTest extends SingleFlightContract {

  @Override
  protected SharedRecords<FlightRecord> flights(int process) {
    return TwoMembers.records(process, SharedMaps.FLIGHTS, FlightRecord.class);
  }
}
