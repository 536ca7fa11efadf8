package io.jenkins.plugins.dockerfilebuild.scheduling;

import io.jenkins.plugins.dockerfilebuild.content.Digest;
import io.jenkins.plugins.dockerfilebuild.execution.AgentInfo;
import io.jenkins.plugins.dockerfilebuild.execution.AgentServices;
import io.jenkins.plugins.dockerfilebuild.execution.MountStorage;
import io.jenkins.plugins.dockerfilebuild.image.ImageConfig;
import io.jenkins.plugins.dockerfilebuild.image.ImageDescription;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Agents whose answers a test makes up, for what no engine does on demand. */
public final class TestAgents {

  private static final MountStorage STORAGE =
      new MountStorage(MountStorage.Kind.HOST_DIRECTORIES, "none");

  private TestAgents() {}

  /** An agent that is asked nothing. */
  public static Agent silent(String name, int capacity) {
    return answering(
        name,
        capacity,
        (proxy, method, arguments) -> {
          throw new AssertionError("nobody should call " + method.getName());
        });
  }

  /** Of an image of one layer. */
  static ImageDescription description(String imageId, long bytes) {
    return new ImageDescription(
        imageId,
        Optional.empty(),
        "linux/amd64",
        List.of(Digest.of("layer")),
        ImageConfig.scratch("linux/amd64"),
        0,
        bytes);
  }

  /** An agent whose services are answered for. */
  public static Agent answering(String name, int capacity, InvocationHandler answers) {
    AgentServices services =
        (AgentServices)
            Proxy.newProxyInstance(
                TestAgents.class.getClassLoader(),
                new Class<?>[] {AgentServices.class},
                (proxy, method, arguments) ->
                    switch (method.getName()) {
                      case "hashCode" -> System.identityHashCode(proxy);
                      case "equals" -> proxy == arguments[0];
                      default -> answers.invoke(proxy, method, arguments);
                    });
    AgentInfo info = new AgentInfo(name, "0", "linux/amd64", capacity, STORAGE);
    return new Agent(name, services, info, capacity, Set.of("linux/amd64"));
  }
}
