package io.jenkins.plugins.dockerfilebuild.jenkins.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The runtime as it lies in the plugin, unpacked where an agent would have it. */
final class UnpackRuntimeIT {

  private static final int CALLERS = 6;

  @TempDir private Path home;

  /** As where the disk was full: the agent was of no use until somebody removed the file. */
  @Test
  void aFileThatArrivedDamagedIsBroughtAgain() throws Exception {
    RuntimeAddress address = new RuntimeAddress(RuntimeFile.digest(), home.toString(), Map.of());
    Files.createDirectories(home.resolve("runtime"));
    try (InputStream file = RuntimeFile.open()) {
      Files.write(Path.of(address.upload()), file.readNBytes(1 << 20));
    }

    assertThatThrownBy(() -> new UnpackRuntime(address).call())
        .isInstanceOf(IOException.class)
        .hasMessageContaining("damaged");

    assertThat(new UnpackRuntime(address).call()).isFalse();
    assertThat(home.resolve("runtime")).isEmptyDirectory();
  }

  /** Seen on a controller: builds that met a new agent at once left it out. */
  @Test
  void severalMayUnpackAtOnce() throws Exception {
    RuntimeAddress address = new RuntimeAddress(RuntimeFile.digest(), home.toString(), Map.of());
    Files.createDirectories(home.resolve("runtime"));
    try (InputStream file = RuntimeFile.open()) {
      Files.copy(file, Path.of(address.upload()));
    }
    ExecutorService callers = Executors.newFixedThreadPool(CALLERS);
    try {
      Callable<Boolean> unpack = new UnpackRuntime(address)::call;
      for (Future<Boolean> ready : callers.invokeAll(Collections.nCopies(CALLERS, unpack))) {
        assertThat(ready.get()).isTrue();
      }
    } finally {
      callers.shutdownNow();
    }
    assertThat(home.resolve("runtime")).isDirectoryContaining(Path.of(address.folder())::equals);
    assertThat(home.resolve("runtime").toFile().list()).hasSize(1);
    try (Stream<Path> jars = Files.list(Path.of(address.folder()))) {
      assertThat(jars).anyMatch(jar -> jar.endsWith("dockerfile-build-agent.jar"));
    }
  }
}
