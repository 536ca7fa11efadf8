package io.jenkins.plugins.dockerfilebuild.jenkins.cluster;

import hudson.Extension;
import hudson.ExtensionList;
import hudson.FilePath;
import io.jenkins.plugins.dockerfilebuild.execution.CacheReplicas;
import io.jenkins.plugins.dockerfilebuild.execution.link.RemoteAgentServices;
import io.jenkins.plugins.dockerfilebuild.jenkins.link.AgentRuntimes;
import java.io.IOException;
import java.util.Optional;
import jenkins.model.Jenkins;

/**
 * A directory of the controller's machine in which cache directories outlive the agents, such as a
 * mounted network file system. What works on it is the agent runtime, loaded here as it is on
 * agents, for its libraries have no place on the controller's class path. Thread-safe.
 */
@Extension
public final class Vault {

  // Both guarded by "this".
  private String opened = "";
  private Optional<RemoteAgentServices> services = Optional.empty();

  /** The one instance. */
  public static Vault get() {
    return ExtensionList.lookupSingleton(Vault.class);
  }

  /**
   * Opens a vault, the first time.
   *
   * @param directory absolute; {@code ""} for no vault
   * @throws IOException it cannot be made or read
   */
  public synchronized Optional<CacheReplicas> in(String directory)
      throws IOException, InterruptedException {
    if (!directory.equals(opened)) {
      services.ifPresent(RemoteAgentServices::close);
      services = Optional.empty();
      opened = "";
      if (!directory.isEmpty()) {
        services = Optional.of(open(directory));
      }
      opened = directory;
    }
    return services.map(RemoteAgentServices::cacheReplicas);
  }

  private static RemoteAgentServices open(String directory)
      throws IOException, InterruptedException {
    FilePath home = new FilePath(Jenkins.get().getRootDir());
    RemoteAgentServices vault = new RemoteAgentServices(AgentRuntimes.ready(home).vault(directory));
    try {
      vault.cacheReplicas().inventory();
      return vault;
    } catch (RuntimeException e) {
      vault.close();
      throw new IOException("the vault " + directory + " cannot be used: " + e.getMessage(), e);
    }
  }
}
