package io.jenkins.plugins.dockerfilebuild.execution.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WaitingProgramTest {

  @TempDir Path directory;

  @Test
  void itWaitsUntilItIsKilled() throws Exception {
    assumeTrue(
        System.getProperty("os.arch").equals("amd64")
            && System.getProperty("os.name").equals("Linux"));
    Path file = directory.resolve("wait");
    Files.write(file, WaitingProgram.forArchitecture("amd64").orElseThrow().file());
    assertThat(file.toFile().setExecutable(true)).isTrue();

    Process process = new ProcessBuilder(file.toString()).start();

    assertThat(process.waitFor(300, TimeUnit.MILLISECONDS)).isFalse();
    process.destroyForcibly();
    assertThat(process.waitFor()).isEqualTo(128 + 9);
  }

  @Test
  void thereIsOneForEachCommonArchitecture() {
    byte[] arm = WaitingProgram.forArchitecture("arm64").orElseThrow().file();

    assertThat(arm).startsWith(0x7f, 'E', 'L', 'F').hasSize(64 + 56 + 32);
    assertThat(arm[18] & 0xff).isEqualTo(183);
    assertThat(WaitingProgram.forArchitecture("s390x")).isEmpty();
  }
}
