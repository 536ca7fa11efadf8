package io.jenkins.plugins.dockerfilebuild.jenkins.cluster;

import com.cloudbees.plugins.credentials.CredentialsProvider;
import com.cloudbees.plugins.credentials.common.StandardUsernamePasswordCredentials;
import hudson.Extension;
import hudson.ExtensionList;
import hudson.FilePath;
import hudson.security.ACL;
import io.jenkins.plugins.dockerfilebuild.execution.link.RemoteAgentServices;
import io.jenkins.plugins.dockerfilebuild.jenkins.link.AgentRuntimes;
import io.jenkins.plugins.dockerfilebuild.scheduling.CacheHolder;
import io.jenkins.plugins.dockerfilebuild.vault.ObjectVault;
import io.jenkins.plugins.dockerfilebuild.vault.S3Address;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import jenkins.model.Jenkins;

/**
 * The place in which cache directories outlive the agents. In a directory of the controller's
 * machine, such as a mounted network file system, what works on it is the agent runtime, loaded
 * here as it is on agents, for its libraries have no place on the controller's class path. A store
 * is spoken to with the SDK of a plugin, which is optional. Thread-safe.
 */
@Extension
public final class Vault {

  private static final String SDK_PLUGIN = "aws-java-sdk2-s3";

  /** Guarded by this. */
  private Opened opened = new Opened("", Map.of(), Optional.empty(), () -> {});

  /**
   * A vault that is open, or none.
   *
   * @param environment of a store: where it is and who one is there
   */
  private record Opened(
      String location,
      Map<String, String> environment,
      Optional<CacheHolder> holder,
      Runnable end) {}

  /** The one instance. */
  public static Vault get() {
    return ExtensionList.lookupSingleton(Vault.class);
  }

  /**
   * The vault that the administrator wants; opened the first time, and anew when that, or the
   * credentials, have changed.
   *
   * @throws IOException it cannot be used; says why
   */
  public synchronized Optional<CacheHolder> in(VaultConfiguration configuration)
      throws IOException, InterruptedException {
    Map<String, String> environment = environment(configuration);
    String location = configuration.getLocation();
    if (!location.equals(opened.location) || !environment.equals(opened.environment)) {
      opened.end.run();
      opened = new Opened("", Map.of(), Optional.empty(), () -> {});
      opened = open(location, environment);
    }
    return opened.holder;
  }

  private static Opened open(String location, Map<String, String> environment)
      throws IOException, InterruptedException {
    try {
      Opened vault =
          switch (VaultLocation.parse(location)) {
            case NONE -> new Opened("", environment, Optional.empty(), () -> {});
            case DIRECTORY -> directory(location, environment);
            case STORE -> store(location, environment);
          };
      return tried(vault);
    } catch (RuntimeException e) {
      throw new IOException("the vault " + location + " cannot be used: " + e.getMessage(), e);
    }
  }

  /** Asks it once, for what is wrong with it is to be known before a step waits for it. */
  private static Opened tried(Opened vault) {
    try {
      vault.holder.ifPresent(holder -> holder.replicas().inventory());
      return vault;
    } catch (RuntimeException e) {
      vault.end.run();
      throw e;
    }
  }

  private static Opened directory(String directory, Map<String, String> environment)
      throws IOException, InterruptedException {
    FilePath home = new FilePath(Jenkins.get().getRootDir());
    RemoteAgentServices vault = new RemoteAgentServices(AgentRuntimes.ready(home).vault(directory));
    CacheHolder holder = CacheHolder.vault(vault.info().id(), vault.cacheReplicas());
    return new Opened(directory, environment, Optional.of(holder), vault::close);
  }

  private static Opened store(String address, Map<String, String> environment) throws IOException {
    if (Jenkins.get().getPlugin(SDK_PLUGIN) == null) {
      throw new IOException("the vault " + address + " needs the plugin " + SDK_PLUGIN);
    }
    return Store.open(address, environment);
  }

  /** Loaded only where the plugin with the SDK is there. */
  private static final class Store {

    static Opened open(String address, Map<String, String> environment) {
      Path temporary = Jenkins.get().getRootDir().toPath().resolve("caches/dockerfile-build/vault");
      ObjectVault vault = ObjectVault.s3(S3Address.parse(address), environment, temporary);
      CacheHolder holder = CacheHolder.vault(vault.id(), vault);
      return new Opened(address, environment, Optional.of(holder), vault::close);
    }
  }

  /** As AWS' own tools read it. */
  private static Map<String, String> environment(VaultConfiguration configuration)
      throws IOException {
    Map<String, String> environment = new HashMap<>();
    environment.put("AWS_ENDPOINT_URL_S3", configuration.getEndpoint());
    environment.put("AWS_REGION", configuration.getRegion());
    if (!configuration.getCredentialsId().isEmpty()) {
      StandardUsernamePasswordCredentials key = credentials(configuration.getCredentialsId());
      environment.put("AWS_ACCESS_KEY_ID", key.getUsername());
      environment.put("AWS_SECRET_ACCESS_KEY", key.getPassword().getPlainText());
    }
    environment.values().removeIf(String::isEmpty);
    return environment;
  }

  private static StandardUsernamePasswordCredentials credentials(String id) throws IOException {
    // No item: those of the controller itself.
    return CredentialsProvider.lookupCredentialsInItem(
            StandardUsernamePasswordCredentials.class, null, ACL.SYSTEM2, List.of())
        .stream()
        .filter(found -> found.getId().equals(id))
        .findFirst()
        .orElseThrow(
            () ->
                new IOException(
                    "the vault cannot be used: the controller has no user name with password of"
                        + " the id "
                        + id));
  }
}
