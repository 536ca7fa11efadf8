package io.jenkins.plugins.dockerfilebuild.coordination.hazelcast;

import io.jenkins.plugins.dockerfilebuild.coordination.CacheDirectoryLeasesContract;
import io.jenkins.plugins.dockerfilebuild.coordination.LeaseQueue;
import io.jenkins.plugins.dockerfilebuild.coordination.SharedRecords;

/** The same rules for a member of a cluster and a client of it. */
class HazelcastCacheDirectoryLeasesTest extends CacheDirectoryLeasesContract {

  @Override
  protected SharedRecords<LeaseQueue> queues(int process) {
    return TwoMembers.records(process, SharedMaps.LEASES, LeaseQueue.class);
  }
}
