package io.jenkins.plugins.dockerfilebuild.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.jenkins.plugins.dockerfilebuild.execution.docker.TestEngine;
import io.jenkins.plugins.dockerfilebuild.remote.GitServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** ADD of URLs and git repositories, through whole builds. */
class AddRemoteIT {

  @TempDir private Path directory;
  private Path context;
  private HttpServer http;
  private volatile String content = "one";
  private final String salt = UUID.randomUUID().toString();

  @BeforeEach
  void aServer() throws IOException {
    context = Files.createDirectory(directory.resolve("context"));
    http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    http.createContext(
        "/d/file",
        exchange -> {
          try (exchange) {
            exchange.getResponseHeaders().set("Last-Modified", "Sun, 02 Feb 2020 02:02:02 GMT");
            exchange.sendResponseHeaders(200, content.length());
            exchange.getResponseBody().write(content.getBytes(StandardCharsets.UTF_8));
          }
        });
    http.start();
  }

  @AfterEach
  void stop() {
    http.stop(0);
  }

  private CommandRun build(String... lines) throws IOException {
    String head = "FROM " + TestEngine.BUSYBOX + "\nENV SALT=" + salt + "\n";
    Files.writeString(context.resolve("Dockerfile"), head + String.join("\n", lines) + "\n");
    List<String> arguments =
        List.of(
            "build",
            "--agent",
            "a1=" + TestEngine.first().host(),
            "--state",
            directory.resolve("state").toString(),
            context.toString());
    return CommandRun.withInput("", Map.of(), arguments.toArray(String[]::new));
  }

  private String url(String path) {
    return "http://127.0.0.1:" + http.getAddress().getPort() + path;
  }

  @Test
  void aUrlIsFetchedCopiedAndCountsByItsContent() throws Exception {
    String[] lines = {
      "ARG DIR=d",
      "ADD " + url("/${DIR}/file") + " /in/",
      "RUN cat /in/file && stat -c %a:%Y /in/file"
    };
    CommandRun first = build(lines);
    assertThat(first.status()).as(first.err()).isZero();
    assertThat(first.err()).containsPattern("(?m) one").contains("600:1580608922");

    assertThat(build(lines).err()).contains("2 cached");
    content = "two";
    CommandRun changed = build(lines);
    assertThat(changed.err()).containsPattern("(?m) two").contains("/file changed");

    CommandRun missing = build("RUN true", "ADD " + url("/none") + " /");
    assertThat(missing.status()).isEqualTo(1);
    assertThat(missing.err()).contains("Dockerfile:4: ADD of " + url("/none"), "status 404");
  }

  @Test
  void aDirectoryOfARepositoryIsCopied() throws Exception {
    try (GitServer git = GitServer.serve(directory.resolve("repository"))) {
      git.commit("sub/deep/file", "one");
      CommandRun run =
          build(
              "ADD " + git.url() + "#main:sub /src",
              "RUN find /src -type f && stat -c %a:%u /src/deep/file");
      assertThat(run.status()).as(run.err()).isZero();
      assertThat(run.err()).contains(" /src/deep/file", "644:0").doesNotContain(".git/");
    }
  }
}
