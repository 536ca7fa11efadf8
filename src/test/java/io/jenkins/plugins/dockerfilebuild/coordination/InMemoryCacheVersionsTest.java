package io.jenkins.plugins.dockerfilebuild.coordination;

/** {@link CacheVersions} of one process. */
class InMemoryCacheVersionsTest extends CacheVersionsContract {

  private final SharedRecords<DirectoryVersions> directories =
      new InMemoryRecords<>(Coordination.REMEMBERED, ProcessClock.system());

  @Override
  protected SharedRecords<DirectoryVersions> directories(int process) {
    return directories;
  }
}
