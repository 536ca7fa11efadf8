package io.jenkins.plugins.dockerfilebuild.jenkins.link;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
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

  /** Seen on a controller: builds that met a new agent at once left it out. */
  @Test
  void severalMayUnpackAtOnce() throws Exception {
    RuntimeAddress address = new RuntimeAddress(RuntimeFile.digest(), home.toString());
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
    assertThat(Path.of(address.upload())).doesNotExist();
    try (Stream<Path> jars = Files.list(Path.of(address.folder()))) {
      assertThat(jars).anyMatch(jar -> jar.endsWith("dockerfile-build-agent.jar"));
    }
  }
}
