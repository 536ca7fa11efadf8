package io.jenkins.plugins.dockerfilebuild.execution.docker;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.concurrent.TimeUnit;

/** A registry of one test (Debian's docker-registry) on a free port of 127.0.0.1. */
public final class TestRegistry implements AutoCloseable {

  public static final String USER = "tester";
  public static final String PASSWORD = "not-a-secret";

  /** {@code htpasswd -Bbn tester not-a-secret}. */
  private static final String HTPASSWD =
      "tester:$2y$05$eT3q0aw4tlTozwXRgGHthu5Agaqy0QNq2HlxPeERcFalc1MBuzBmi\n";

  private static final String LOOPBACK = "127.0.0.1";

  private final String address;
  private final Process process;

  private TestRegistry(String address, Process process) {
    this.address = address;
    this.process = process;
  }

  /** One that anybody may use. */
  public static TestRegistry open(Path directory) throws IOException, InterruptedException {
    return start(directory, LOOPBACK, "");
  }

  /**
   * One with TLS.
   *
   * @param address of this machine, on which it listens
   */
  public static TestRegistry secure(Path directory, String address, Path certificate, Path key)
      throws IOException, InterruptedException {
    String tls = "  tls: {certificate: \"%s\", key: \"%s\"}\n".formatted(certificate, key);
    return start(directory, address, tls);
  }

  /** One that lets in {@link #USER} with {@link #PASSWORD} alone. */
  public static TestRegistry closed(Path directory) throws IOException, InterruptedException {
    Files.createDirectories(directory);
    Path users = Files.writeString(directory.resolve("htpasswd"), HTPASSWD);
    return start(
        directory, LOOPBACK, "auth: {htpasswd: {realm: test, path: \"%s\"}}\n".formatted(users));
  }

  private static TestRegistry start(Path directory, String host, String settings)
      throws IOException, InterruptedException {
    Files.createDirectories(directory);
    int port = freePort(host);
    String address = host + ":" + port;
    Path config =
        Files.writeString(
            directory.resolve("config.yml"),
            """
            version: 0.1
            log: {level: warn}
            storage: {filesystem: {rootdirectory: "%s"}}
            http:
              addr: "%s"
            """
                    .formatted(directory.resolve("data"), address)
                + settings);
    Process process =
        new ProcessBuilder("docker-registry", "serve", config.toString())
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("log").toFile())
            .start();
    for (int i = 0; !listens(host, port); i++) {
      if (!process.isAlive() || i > 400) {
        process.destroyForcibly();
        throw new IllegalStateException(
            "docker-registry did not start: " + Files.readString(directory.resolve("log")));
      }
      TimeUnit.MILLISECONDS.sleep(50);
    }
    return new TestRegistry(address, process);
  }

  private static int freePort(String host) throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName(host))) {
      return socket.getLocalPort();
    }
  }

  private static boolean listens(String host, int port) {
    try (Socket socket = new Socket(host, port)) {
      return socket.isConnected();
    } catch (IOException notYet) {
      return false;
    }
  }

  /** {@code host:port}. */
  public String address() {
    return address;
  }

  /** What the registry has below {@code /v2/}, as the user that it knows. */
  public HttpResponse<String> get(String path) throws IOException, InterruptedException {
    String pair =
        Base64.getEncoder()
            .encodeToString((USER + ":" + PASSWORD).getBytes(StandardCharsets.UTF_8));
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://" + address + "/v2/" + path))
            .header("Authorization", "Basic " + pair)
            .header(
                "Accept",
                "application/vnd.docker.distribution.manifest.list.v2+json,"
                    + " application/vnd.docker.distribution.manifest.v2+json,"
                    + " application/vnd.oci.image.manifest.v1+json,"
                    + " application/vnd.oci.image.index.v1+json")
            .build();
    return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
  }

  @Override
  public void close() {
    process.destroy();
  }
}
