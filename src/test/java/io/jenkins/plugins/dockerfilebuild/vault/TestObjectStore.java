package io.jenkins.plugins.dockerfilebuild.vault;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.StringWriter;
import java.io.Writer;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;

/**
 * S3Proxy in a process of its own, whose objects are files: an S3-compatible server that checks
 * signatures. {@code mvn verify} puts its jar where it is looked for.
 */
public final class TestObjectStore implements AutoCloseable {

  public static final String BUCKET = "caches";

  private static final Path JAR = Path.of("target", "test-servers", "s3proxy.jar");
  private static final String ID = "test-id";
  private static final String SECRET = "test-secret";

  private final Path files;
  private final int port;
  private final Process process;

  private TestObjectStore(Path files, int port, Process process) {
    this.files = files;
    this.port = port;
    this.process = process;
  }

  /** Starts a server with one empty bucket; its files are below the folder. */
  public static TestObjectStore start(Path folder) throws IOException {
    Path files = Files.createDirectories(folder.resolve("objects"));
    Files.createDirectories(files.resolve(BUCKET));
    int port = freePort();
    Properties settings = new Properties();
    settings.setProperty("s3proxy.authorization", "aws-v2-or-v4");
    settings.setProperty("s3proxy.endpoint", "http://127.0.0.1:" + port);
    settings.setProperty("s3proxy.identity", ID);
    settings.setProperty("s3proxy.credential", SECRET);
    settings.setProperty("jclouds.provider", "filesystem");
    settings.setProperty("jclouds.filesystem.basedir", files.toString());
    StringWriter text = new StringWriter();
    settings.store(text, null);
    Path file = Files.writeString(folder.resolve("s3proxy.conf"), text.toString());
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-jar",
                JAR.toAbsolutePath().toString(),
                "--properties",
                file.toString())
            .redirectErrorStream(true)
            .start();
    TestObjectStore store = new TestObjectStore(files, port, process);
    store.awaitStart();
    return store;
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private void awaitStart() throws IOException {
    BufferedReader log =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    StringBuilder all = new StringBuilder();
    for (String line = log.readLine(); line != null; line = log.readLine()) {
      all.append(line).append('\n');
      if (line.contains("Started Server") || line.contains("Started @")) {
        Thread drain = new Thread(() -> drain(log), "s3proxy-log");
        drain.setDaemon(true);
        drain.start();
        return;
      }
    }
    throw new IOException("S3Proxy did not start:\n" + all);
  }

  /** So that it never waits for somebody to read what it says. */
  private static void drain(BufferedReader log) {
    try {
      log.transferTo(Writer.nullWriter());
    } catch (IOException ended) {
      // It was killed.
    }
  }

  /** What tells AWS' tools of it. */
  public Map<String, String> environment() {
    return Map.of(
        "AWS_ENDPOINT_URL_S3",
        "http://127.0.0.1:" + port,
        "AWS_ACCESS_KEY_ID",
        ID,
        "AWS_SECRET_ACCESS_KEY",
        SECRET);
  }

  /** The bucket's objects. */
  public Path files() {
    return files.resolve(BUCKET);
  }

  /** Ends it as a crash would. */
  public void kill() {
    process.destroyForcibly().onExit().join();
  }

  @Override
  public void close() {
    kill();
  }
}
