package io.jenkins.plugins.dockerfilebuild.remote;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A repository that git's own daemon serves on this machine. */
public final class GitServer implements AutoCloseable {

  private final Path repository;
  private final int port;
  private final Process daemon;

  private GitServer(Path repository, int port, Process daemon) {
    this.repository = repository;
    this.port = port;
    this.daemon = daemon;
  }

  /** Makes {@code directory} an empty repository and serves it. */
  public static GitServer serve(Path directory) throws Exception {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    Files.createDirectories(directory);
    Process daemon =
        new ProcessBuilder(
                "git",
                "daemon",
                "--export-all",
                "--reuseaddr",
                "--listen=127.0.0.1",
                "--port=" + port,
                "--base-path=" + directory.getParent())
            .start();
    GitServer server = new GitServer(directory, port, daemon);
    server.git("init", "-q", "-b", "main");
    server.awaitAnswer();
    return server;
  }

  private void awaitAnswer() throws Exception {
    for (int attempt = 0; attempt < 200; attempt++) {
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
        assertThat(socket.isConnected()).isTrue();
        return;
      } catch (IOException notYet) {
        TimeUnit.MILLISECONDS.sleep(25);
      }
    }
    throw new IllegalStateException("git daemon does not answer");
  }

  /** Its URL. */
  public String url() {
    return "git://127.0.0.1:" + port + "/" + repository.getFileName();
  }

  /** Writes a file and commits it; answers the commit's id. */
  public String commit(String file, String content) throws Exception {
    Path path = repository.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, content);
    git("add", "-A");
    git("-c", "user.name=t", "-c", "user.email=t@example.org", "commit", "-q", "-m", "x");
    return git("rev-parse", "HEAD");
  }

  /** Runs git there; answers what it printed. */
  public String git(String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of("git"));
    command.addAll(List.of(arguments));
    Process process =
        new ProcessBuilder(command)
            .directory(repository.toFile())
            .redirectErrorStream(true)
            .start();
    String output =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    assertThat(process.waitFor()).as(output).isZero();
    return output;
  }

  @Override
  public void close() {
    daemon.descendants().forEach(ProcessHandle::destroy);
    daemon.destroy();
    daemon.onExit().join();
  }
}
