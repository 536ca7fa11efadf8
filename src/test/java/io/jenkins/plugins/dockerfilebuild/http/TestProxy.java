package io.jenkins.plugins.dockerfilebuild.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A proxy of one test on a free port of 127.0.0.1, for http and for tunnels. It alone knows the
 * names of its servers, each of which listens on a port of this machine.
 */
public final class TestProxy implements AutoCloseable {

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private final ServerSocket socket;
  private final Map<String, Integer> ports;
  private final Optional<String> login;

  /**
   * @param ports of its servers, by {@code host:port}
   * @param login {@code user:password} that it wants; empty for none
   */
  public TestProxy(Map<String, Integer> ports, Optional<String> login) throws IOException {
    this.socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    this.ports = ports;
    this.login = login;
    threads.execute(this::accept);
  }

  /** {@code 127.0.0.1:PORT}. */
  public String address() {
    return "127.0.0.1:" + socket.getLocalPort();
  }

  /** The first lines of all requests. */
  public List<String> asked() {
    return List.copyOf(asked);
  }

  private void accept() {
    try {
      while (true) {
        Socket client = socket.accept();
        threads.execute(() -> serve(client));
      }
    } catch (IOException closed) {
      return; // the test is over
    }
  }

  private void serve(Socket client) {
    try (client) {
      String head = head(client.getInputStream());
      while (!mayPass(head)) {
        answer(
            client, "407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"t\"");
        head = head(client.getInputStream());
      }
      String[] line = head.lines().findFirst().orElse("").split(" ");
      asked.add(String.join(" ", line));
      boolean tunnel = line[0].equals("CONNECT");
      String server = tunnel ? line[1] : line[1].replaceFirst("http://([^/]*).*", "$1");
      Integer port = ports.get(server.contains(":") ? server : server + ":80");
      if (port == null) {
        answer(client, "403 Not Here");
        return;
      }
      try (Socket target = new Socket(InetAddress.getLoopbackAddress(), port)) {
        if (tunnel) {
          answer(client, "200 Connected");
        } else {
          String path = line[1].replaceFirst("http://[^/]*", "");
          String rest = head.substring(head.indexOf("\r\n")).replaceAll("\r\nProxy-[^\r]*", "");
          target
              .getOutputStream()
              .write((line[0] + " " + path + " HTTP/1.1" + rest).getBytes(ISO_8859_1));
        }
        threads.execute(() -> pass(client, target));
        pass(target, client);
      }
    } catch (IOException e) {
      return; // who asked has gone
    }
  }

  private boolean mayPass(String head) {
    return login
        .map(pair -> "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(ISO_8859_1)))
        .map(wanted -> head.contains("Proxy-Authorization: " + wanted + "\r\n"))
        .orElse(true);
  }

  private static void answer(Socket client, String status) throws IOException {
    String length = status.startsWith("200") ? "" : "\r\nContent-Length: 0";
    client
        .getOutputStream()
        .write(("HTTP/1.1 " + status + length + "\r\n\r\n").getBytes(ISO_8859_1));
  }

  /** Up to the empty line, which is the last of it. */
  private static String head(InputStream in) throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    while (!head.toString(ISO_8859_1).endsWith("\r\n\r\n")) {
      int next = in.read();
      if (next < 0) {
        throw new IOException("closed");
      }
      head.write(next);
    }
    return head.toString(ISO_8859_1);
  }

  private static void pass(Socket from, Socket to) {
    try {
      from.getInputStream().transferTo(to.getOutputStream());
      to.shutdownOutput();
    } catch (IOException e) {
      return; // one of both has gone
    }
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    threads.shutdownNow();
  }
}
