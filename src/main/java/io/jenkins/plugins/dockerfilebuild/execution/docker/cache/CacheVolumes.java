package io.jenkins.plugins.dockerfilebuild.execution.docker.cache;

import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.AuxiliaryContainers;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.Engine;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.ImageContainers;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.KeptVolumes;

/**
 * Volumes in which steps see cache directories. Each has a copy on the agent's disk, a {@link
 * io.jenkins.plugins.dockerfilebuild.cachedirectory.Replica} from which other agents read: a volume
 * can only be read as a whole. Thread-safe.
 *
 * @param images where new directories take their first content from
 */
public record CacheVolumes(
    Engine engine, AuxiliaryContainers containers, KeptVolumes kept, ImageContainers images) {

  /** The volume of a directory; to be used while that is held. */
  public CacheVolume of(CacheInstance instance) {
    return new CacheVolume(this, instance);
  }
}
