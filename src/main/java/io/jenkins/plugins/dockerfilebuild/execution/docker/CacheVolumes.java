package io.jenkins.plugins.dockerfilebuild.execution.docker;

/**
 * Volumes in which steps see cache directories. Each has a copy on the agent's disk, a {@link
 * io.jenkins.plugins.dockerfilebuild.cachedirectory.Replica} from which other agents read: a volume
 * can only be read as a whole. Thread-safe.
 *
 * @param images where new directories take their first content from
 */
record CacheVolumes(
    Engine engine, AuxiliaryContainers containers, KeptVolumes kept, ImageContainers images) {

  /** The volume of a directory; to be used while that is held. */
  CacheVolume of(CacheInstance instance) {
    return new CacheVolume(this, instance);
  }
}
