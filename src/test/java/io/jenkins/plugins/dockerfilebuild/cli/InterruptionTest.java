package io.jenkins.plugins.dockerfilebuild.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class InterruptionTest {

  private static final int TERMINATED = 128 + 15;

  private Process process;
  private BufferedReader output;

  private void start(String... arguments) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                InterruptionProbe.class.getName()));
    command.addAll(List.of(arguments));
    process = new ProcessBuilder(command).redirectErrorStream(true).start();
    output = process.inputReader(StandardCharsets.UTF_8);
    assertThat(output.readLine()).isEqualTo("building");
  }

  @AfterEach
  void stop() {
    process.destroyForcibly();
  }

  @Test
  void aSignalEndsTheBuildAndWaitsForItsEnd() throws Exception {
    start();

    process.toHandle().destroy();

    assertThat(output.readLine()).isEqualTo("canceling; another Ctrl-C stops at once");
    assertThat(output.readLine()).isEqualTo("containers are gone: true");
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isEqualTo(TERMINATED);
  }

  @Test
  void aSecondSignalStopsTheProcessAtOnce() throws Exception {
    start("stubborn");

    process.toHandle().destroy();
    assertThat(output.readLine()).isEqualTo("canceling; another Ctrl-C stops at once");
    assertThat(process.isAlive()).isTrue();
    process.toHandle().destroy();

    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isEqualTo(TERMINATED);
    assertThat(output.readLine()).isNull();
  }
}
