package io.jenkins.plugins.dockerfilebuild.runtime;

import io.jenkins.plugins.dockerfilebuild.execution.AgentServices;
import io.jenkins.plugins.dockerfilebuild.execution.CacheReplicas;
import io.jenkins.plugins.dockerfilebuild.execution.docker.DirectoryVault;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.file.Path;

/**
 * A vault as the services of an agent that has cache replicas and nothing else: so it is spoken to
 * over any link, by the same frames.
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

  private static AgentServices of(CacheReplicas replicas) {
    return (AgentServices)
        Proxy.newProxyInstance(
            AgentServices.class.getClassLoader(),
            new Class<?>[] {AgentServices.class},
            (proxy, method, arguments) -> answer(replicas, method));
  }

  private static Object answer(CacheReplicas replicas, Method method) {
    return switch (method.getName()) {
      case "cacheReplicas" -> replicas;
      case "close" -> null;
      case "toString" -> "vault";
      default -> throw new UnsupportedOperationException("a vault has no " + method.getName());
    };
  }
}
