package io.jenkins.plugins.dockerfilebuild.coordination.hazelcast;

import io.jenkins.plugins.dockerfilebuild.coordination.CacheVersionsContract;
import io.jenkins.plugins.dockerfilebuild.coordination.DirectoryVersions;
import io.jenkins.plugins.dockerfilebuild.coordination.SharedRecords;

/** The same rules for a member of a cluster and a client of it. */
class HazelcastCacheVersionsTest extends CacheVersionsContract {

  @Override
  protected SharedRecords<DirectoryVersions> directories(int process) {
    return TwoMembers.records(process, SharedMaps.VERSIONS, DirectoryVersions.class);
  }
}
