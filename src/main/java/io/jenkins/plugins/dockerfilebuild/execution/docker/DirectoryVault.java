package io.jenkins.plugins.dockerfilebuild.execution.docker;

import io.jenkins.plugins.dockerfilebuild.execution.CacheReplicas;
import io.jenkins.plugins.dockerfilebuild.execution.docker.cache.CacheInventory;
import io.jenkins.plugins.dockerfilebuild.execution.docker.cache.HostCacheReplicas;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;

/**
 * Replicas of cache directories in a directory of a local or network file system that outlives the
 * agents. They lie there as they are, one for each key, so that a user can look. Processes take
 * turns by locks on files; a network file system must have those (NFS 4 does).
 *
 * @param id the same for all who open this directory, on whatever machine
 */
public record DirectoryVault(String id, CacheReplicas replicas) {

  /** Among directories of keys, which it cannot be taken for. */
  private static final String IDENTITY = "identity";

  /** Opens the vault at {@code root}, making it if there is none. */
  public static DirectoryVault open(Path root) throws IOException {
    Path real = Files.createDirectories(root).toRealPath();
    CacheReplicas replicas =
        HostCacheReplicas.ofVault(real, new CacheInventory(real, InstantSource.system()));
    Path identity = Files.createDirectories(real.resolve(IDENTITY));
    return new DirectoryVault(StateIdentity.of(identity), replicas);
  }
}
