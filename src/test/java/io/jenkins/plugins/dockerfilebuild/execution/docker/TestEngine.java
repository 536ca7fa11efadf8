package io.jenkins.plugins.dockerfilebuild.execution.docker;

import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.NotFoundException;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.Engine;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.RawApi;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/**
 * The real engines that integration tests run on: {@code DOCKERFILE_BUILD_TEST_ENGINES}, a system
 * property or an environment variable, names their Docker hosts, separated by commas. {@code
 * bin/test} starts them. Each gets the image {@link #BUSYBOX}, made from the machine's own
 * busybox-static, so no registry is asked.
 */
public final class TestEngine {

  /** Busybox with a link for each of its applets, root and a user {@code nobody:nogroup}. */
  public static final String BUSYBOX = "dockerfile-build/busybox:test";

  private static final String VARIABLE = "DOCKERFILE_BUILD_TEST_ENGINES";
  private static final List<TestEngine> ALL = find();

  private final String host;
  private final Engine engine;

  private TestEngine(String host) {
    this.host = host;
    this.engine = Engine.at(host);
  }

  /** The first engine. */
  public static TestEngine first() {
    return number(0);
  }

  /** The second engine, for tests of two agents. */
  public static TestEngine second() {
    return number(1);
  }

  /** An engine that the test has started itself. */
  public static TestEngine at(String host) {
    TestEngine engine = new TestEngine(host);
    engine.loadBusybox();
    return engine;
  }

  private static TestEngine number(int index) {
    if (index >= ALL.size()) {
      throw new IllegalStateException(
          "This test needs %d Docker engine(s), there are %d: run bin/test, or name engines in %s"
              .formatted(index + 1, ALL.size(), VARIABLE));
    }
    TestEngine engine = ALL.get(index);
    engine.loadBusybox();
    return engine;
  }

  private static List<TestEngine> find() {
    String hosts = System.getProperty(VARIABLE, System.getenv().getOrDefault(VARIABLE, ""));
    return Arrays.stream(hosts.split(","))
        .map(String::strip)
        .filter(host -> !host.isEmpty())
        .map(TestEngine::new)
        .toList();
  }

  /** Its DOCKER_HOST. */
  public String host() {
    return host;
  }

  public Engine engine() {
    return engine;
  }

  /** The id of {@link #BUSYBOX}. */
  public String busybox() {
    return engine.ask(docker -> docker.inspectImageCmd(BUSYBOX).exec().getId());
  }

  /** Removes an image that no container and no other image needs. */
  public void remove(String imageId) {
    engine.ask(docker -> docker.removeImageCmd(imageId).withForce(true).withNoPrune(true).exec());
  }

  /** Ids of the containers, running or not, whose command holds {@code words}. */
  public List<String> containers(String words) {
    return engine.ask(docker -> docker.listContainersCmd().withShowAll(true).exec()).stream()
        .filter(container -> String.valueOf(container.getCommand()).contains(words))
        .map(container -> container.getId())
        .toList();
  }

  /** Sends a signal to the containers that run and whose command holds {@code words}. */
  public void signal(String words, String name) {
    for (var container : engine.ask(docker -> docker.listContainersCmd().exec())) {
      if (String.valueOf(container.getCommand()).contains(words)) {
        try {
          engine.ask(d -> d.killContainerCmd(container.getId()).withSignal(name).exec());
        } catch (ConflictException | NotFoundException ended) {
          // It has ended meanwhile.
        }
      }
    }
  }

  /** Waits up to a minute until a container with such a command is running. */
  public boolean awaitContainer(String words) {
    return awaitContainer(words, List.of());
  }

  /** The same for a container that is none of {@code others}, which are ids. */
  public boolean awaitContainer(String words, List<String> others) {
    Instant deadline = Instant.now().plusSeconds(60);
    while (Instant.now().isBefore(deadline)) {
      boolean running =
          engine.ask(docker -> docker.listContainersCmd().exec()).stream()
              .filter(container -> !others.contains(container.getId()))
              .anyMatch(container -> String.valueOf(container.getCommand()).contains(words));
      if (running) {
        return true;
      }
      Thread.onSpinWait();
    }
    return false;
  }

  private synchronized void loadBusybox() {
    try {
      busybox();
    } catch (NotFoundException missing) {
      byte[] rootfs = busyboxRootfs();
      new RawApi(engine).importRootFileSystem(BUSYBOX, new ByteArrayInputStream(rootfs));
    }
  }

  private static byte[] busyboxRootfs() {
    Path busybox = Path.of("/bin/busybox");
    var archive = new ByteArrayOutputStream();
    try (var tar = new TarArchiveOutputStream(archive)) {
      for (String directory : List.of("bin", "etc", "root", "tmp", "usr", "usr/bin", "var")) {
        TarArchiveEntry entry = new TarArchiveEntry(directory + "/");
        entry.setMode(directory.equals("tmp") ? 041777 : 040755);
        put(tar, entry);
        tar.closeArchiveEntry();
      }
      file(tar, "bin/busybox", 0100755, Files.readAllBytes(busybox));
      file(
          tar,
          "etc/passwd",
          0100644,
          utf8("root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65533:nobody:/:/bin/sh\n"));
      file(tar, "etc/group", 0100644, utf8("root:x:0:\nnogroup:x:65533:\nstaff:x:50:nobody\n"));
      for (String applet : applets(busybox)) {
        TarArchiveEntry link = new TarArchiveEntry("bin/" + applet, TarConstants.LF_SYMLINK);
        link.setLinkName("busybox");
        put(tar, link);
        tar.closeArchiveEntry();
      }
    } catch (IOException e) {
      throw new IllegalStateException(
          "cannot make a base image from %s: install busybox-static".formatted(busybox), e);
    }
    return archive.toByteArray();
  }

  private static List<String> applets(Path busybox) throws IOException {
    Process list = new ProcessBuilder(busybox.toString(), "--list").start();
    try (InputStream names = list.getInputStream()) {
      return new String(names.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(applet -> !applet.equals("busybox"))
          .toList();
    }
  }

  private static void file(TarArchiveOutputStream tar, String name, int mode, byte[] content)
      throws IOException {
    TarArchiveEntry entry = new TarArchiveEntry(name);
    entry.setMode(mode);
    entry.setSize(content.length);
    put(tar, entry);
    tar.write(content);
    tar.closeArchiveEntry();
  }

  /** With a fixed time: equal files are then equal layers on every engine. */
  private static void put(TarArchiveOutputStream tar, TarArchiveEntry entry) throws IOException {
    entry.setModTime(0);
    tar.putArchiveEntry(entry);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
