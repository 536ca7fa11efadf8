package io.jenkins.plugins.dockerfilebuild.coordination;

/** {@link CacheDirectoryLeases} of one process. */
class InMemoryCacheDirectoryLeasesTest extends CacheDirectoryLeasesContract {

  private final SharedRecords<LeaseQueue> queues =
      new InMemoryRecords<>(Coordination.REMEMBERED, ProcessClock.system());

  @Override
  protected SharedRecords<LeaseQueue> queues(int process) {
    return queues;
  }
}
