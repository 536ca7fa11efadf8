package io.jenkins.plugins.dockerfilebuild.runtime;

import io.jenkins.plugins.dockerfilebuild.execution.AgentInfo;
import io.jenkins.plugins.dockerfilebuild.execution.AgentServices;
import io.jenkins.plugins.dockerfilebuild.execution.MountStorage;
import io.jenkins.plugins.dockerfilebuild.execution.docker.DirectoryVault;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.file.Path;

/**
 * A vault as the services of an agent that has an id and cache replicas and nothing else: so it is
 * spoken to over any link, by the same frames.
 */
final class VaultServices {

  private VaultServices() {}

  /**
   * @throws UncheckedIOException the directory cannot be made or read
   */
  static AgentServices of(Path directory) {
    try {
      return of(DirectoryVault.open(directory));
    } catch (IOException e) {
      throw new UncheckedIOException("the vault " + directory + " cannot be opened: " + e, e);
    }
  }

  private static AgentServices of(DirectoryVault vault) {
    return (AgentServices)
        Proxy.newProxyInstance(
            AgentServices.class.getClassLoader(),
            new Class<?>[] {AgentServices.class},
            (proxy, method, arguments) -> answer(vault, method));
  }

  private static Object answer(DirectoryVault vault, Method method) {
    return switch (method.getName()) {
      case "info" -> info(vault);
      case "cacheReplicas" -> vault.replicas();
      case "close" -> null;
      case "toString" -> "vault";
      default -> throw new UnsupportedOperationException("a vault has no " + method.getName());
    };
  }

  private static AgentInfo info(DirectoryVault vault) {
    MountStorage none = new MountStorage(MountStorage.Kind.HOST_DIRECTORIES, "nothing is mounted");
    return new AgentInfo(vault.id(), "", "", 0, none);
  }
}
