package io.jenkins.plugins.dockerfilebuild.runtime;

import io.jenkins.plugins.dockerfilebuild.content.BlobSource;
import io.jenkins.plugins.dockerfilebuild.content.Digest;
import io.jenkins.plugins.dockerfilebuild.execution.AgentServices;
import io.jenkins.plugins.dockerfilebuild.execution.context.ContextEndpoint;
import io.jenkins.plugins.dockerfilebuild.execution.docker.DockerAgent;
import io.jenkins.plugins.dockerfilebuild.execution.link.AgentEndpoint;
import io.jenkins.plugins.dockerfilebuild.http.Proxies;
import io.jenkins.plugins.dockerfilebuild.remote.NetworkSources;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
 * files   BUILD WORKSPACE CONTEXT STATE              frames of execution.context, without Dockerfile
 * vault   DIRECTORY                                  frames of execution.link, cache replicas alone
 * store   DOCKER_HOST STATE CONTEXT…                 digests of 32 bytes each: files of the context
 *                                                    (as above) that the engine's agent stores
 * export  TYPE ARCHIVE TARGET NAME…                  none: makes TARGET of an image's archive, once
 * </pre>
 *
 * <p>An empty request ends a service that has frames.
 */
public final class AgentRuntime implements BiFunction<String[], byte[], byte[]>, AutoCloseable {

  private static final String DEFAULT_DOCKER_HOST = "unix:///var/run/docker.sock";

  private final Map<List<String>, Service> services = new ConcurrentHashMap<>();
  private final Map<String, String> environment;

  /**
   * @param proxies of the controller, as variables of an environment: they count where this
   *     machine's own names none
   */
  public AgentRuntime(Map<String, String> proxies) {
    this.environment = Proxies.completed(System.getenv(), proxies);
  }

  /**
   * @param engine of an engine's service
   * @param files of a context's service
   */
  private record Service(
      UnaryOperator<byte[]> handler,
      Runnable closing,
      Optional<AgentServices> engine,
      Optional<BlobSource> files) {}

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
    if (service[0].equals("store")) {
      store(List.of(service), request);
      return new byte[0];
    }
    if (request.length == 0) {
      end(services.remove(List.of(service)));
      return request;
    }
    return service(List.of(service)).handler.apply(request);
  }

  private Service service(List<String> name) {
    return services.computeIfAbsent(name, this::open);
  }

  /** What lies on this machine goes from the workspace to the engine's agent without a detour. */
  private void store(List<String> name, byte[] digests) {
    Service engine = service(List.of("engine", name.get(1), name.get(2)));
    Service context = service(name.subList(3, name.size()));
    List<Digest> files = new ArrayList<>();
    for (int at = 0; at < digests.length; at += Digest.LENGTH) {
      files.add(Digest.from(Arrays.copyOfRange(digests, at, at + Digest.LENGTH)));
    }
    try {
      engine.engine.orElseThrow().storeBlobs(files, context.files.orElseThrow());
    } catch (IOException e) {
      throw new UncheckedIOException(String.valueOf(e.getMessage()), e);
    }
  }

  private Service open(List<String> service) {
    return switch (service.get(0)) {
      case "engine" -> engine(service.get(1), Path.of(service.get(2)));
      case "context" -> context(Path.of(service.get(5)), service, Optional.of(service.get(4)));
      case "files" -> context(Path.of(service.get(4)), service, Optional.empty());
      case "vault" -> vault(Path.of(service.get(1)));
      default -> throw new IllegalArgumentException("there is no service " + service.get(0));
    };
  }

  private Service engine(String dockerHost, Path state) {
    AgentServices agent = DockerAgent.connect(address(dockerHost), state, environment);
    AgentEndpoint endpoint = new AgentEndpoint(agent);
    return new Service(endpoint::handle, endpoint::close, Optional.of(agent), Optional.empty());
  }

  /** As every tool of Docker finds its engine. */
  private static String address(String dockerHost) {
    if (!dockerHost.isEmpty()) {
      return dockerHost;
    }
    String variable = System.getenv("DOCKER_HOST");
    return variable == null || variable.isEmpty() ? DEFAULT_DOCKER_HOST : variable;
  }

  private Service context(Path state, List<String> service, Optional<String> dockerfile) {
    NetworkSources sources = NetworkSources.below(state.resolve("remote"), environment);
    ContextEndpoint endpoint =
        new ContextEndpoint(Path.of(service.get(2)), service.get(3), dockerfile, state, sources);
    return new Service(
        endpoint::handle,
        () -> {
          endpoint.close();
          sources.close();
        },
        Optional.empty(),
        Optional.of(endpoint::open));
  }

  private static Service vault(Path directory) {
    AgentEndpoint endpoint = new AgentEndpoint(VaultServices.of(directory));
    return new Service(endpoint::handle, endpoint::close, Optional.empty(), Optional.empty());
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
