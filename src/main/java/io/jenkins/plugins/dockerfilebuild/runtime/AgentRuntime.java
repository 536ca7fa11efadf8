package io.jenkins.plugins.dockerfilebuild.runtime;

import io.jenkins.plugins.dockerfilebuild.execution.context.ContextEndpoint;
import io.jenkins.plugins.dockerfilebuild.execution.docker.DockerAgent;
import io.jenkins.plugins.dockerfilebuild.execution.link.AgentEndpoint;
import io.jenkins.plugins.dockerfilebuild.remote.NetworkSources;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;

/**
 * All services of an agent behind one function: which service, request → answer. Services are made
 * when they are first asked and live until the runtime is closed. Thread-safe.
 *
 * <pre>
 * engine  DOCKER_HOST STATE                          frames of execution.link
 * context BUILD WORKSPACE CONTEXT DOCKERFILE STATE   frames of execution.context
 * vault   DIRECTORY                                  frames of execution.link, cache replicas alone
 * export  TYPE ARCHIVE TARGET NAME…                  none: makes TARGET of an image's archive, once
 * </pre>
 *
 * <p>An empty request ends a service that has frames.
 */
public final class AgentRuntime implements BiFunction<String[], byte[], byte[]>, AutoCloseable {

  private static final String DEFAULT_DOCKER_HOST = "unix:///var/run/docker.sock";

  private final Map<List<String>, Service> services = new ConcurrentHashMap<>();

  private record Service(UnaryOperator<byte[]> handler, Runnable closing) {}

  /**
   * @throws io.jenkins.plugins.dockerfilebuild.execution.AgentLostException the engine does not
   *     answer
   */
  @Override
  public byte[] apply(String[] service, byte[] request) {
    if (service[0].equals("export")) {
      export(List.of(service));
      return request;
    }
    if (request.length == 0) {
      end(services.remove(List.of(service)));
      return request;
    }
    return services.computeIfAbsent(List.of(service), AgentRuntime::open).handler.apply(request);
  }

  private static Service open(List<String> service) {
    return switch (service.get(0)) {
      case "engine" -> engine(service.get(1), Path.of(service.get(2)));
      case "context" -> context(service);
      case "vault" -> vault(Path.of(service.get(1)));
      default -> throw new IllegalArgumentException("there is no service " + service.get(0));
    };
  }

  private static Service engine(String dockerHost, Path state) {
    AgentEndpoint endpoint = new AgentEndpoint(DockerAgent.connect(address(dockerHost), state));
    return new Service(endpoint::handle, endpoint::close);
  }

  /** As every tool of Docker finds its engine. */
  private static String address(String dockerHost) {
    if (!dockerHost.isEmpty()) {
      return dockerHost;
    }
    String variable = System.getenv("DOCKER_HOST");
    return variable == null || variable.isEmpty() ? DEFAULT_DOCKER_HOST : variable;
  }

  private static Service context(List<String> service) {
    Path state = Path.of(service.get(5));
    NetworkSources sources = NetworkSources.below(state.resolve("remote"));
    ContextEndpoint endpoint =
        new ContextEndpoint(
            Path.of(service.get(2)), service.get(3), service.get(4), state, sources);
    return new Service(
        endpoint::handle,
        () -> {
          endpoint.close();
          sources.close();
        });
  }

  private static Service vault(Path directory) {
    AgentEndpoint endpoint = new AgentEndpoint(VaultServices.of(directory));
    return new Service(endpoint::handle, endpoint::close);
  }

  private static void export(List<String> service) {
    try {
      ArchiveExport.make(
          service.get(1),
          Path.of(service.get(2)),
          Path.of(service.get(3)),
          service.subList(4, service.size()));
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage() == null ? e.toString() : e.getMessage(), e);
    }
  }

  private static void end(Service service) {
    if (service != null) {
      service.closing.run();
    }
  }

  @Override
  public void close() {
    List<Service> open = List.copyOf(services.values());
    services.clear();
    open.forEach(AgentRuntime::end);
  }
}
