package io.jenkins.plugins.dockerfilebuild.scheduling;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a cache holds passes through memory, it never is there: in one process with little heap, two
 * agents and the relay between them, each with four batches on their way, scan, move and verify
 * more than twice as much. {@code -Dcache.megabytes=N} makes it more.
 */
@Timeout(3600)
class CacheMemoryTest {

  private static final int HEAP_MEGABYTES = 112;

  @TempDir private Path directory;

  @Test
  void aCacheMayBeLargerThanTheHeap() throws Exception {
    int megabytes = Integer.getInteger("cache.megabytes", 256);
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx" + HEAP_MEGABYTES + "m",
            "-XX:+UseSerialGC",
            "-cp",
            System.getProperty("java.class.path"),
            LargeCacheMove.class.getName(),
            directory.toString(),
            String.valueOf(megabytes));

    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(process.waitFor()).as(printed).isZero();
    assertThat(printed).contains("moved " + megabytes + " MB");
  }
}
