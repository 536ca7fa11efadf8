package io.jenkins.plugins.dockerfilebuild.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.dockerfilebuild.execution.docker.TestEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What cannot be built: a clear message and the right exit status, on a real engine. */
class BadInputIT {

  @TempDir private Path directory;
  private Path context;

  @BeforeEach
  void anEmptyContext() throws IOException {
    context = Files.createDirectory(directory.resolve("context"));
  }

  private void dockerfile(String... lines) throws IOException {
    String head = "FROM " + TestEngine.BUSYBOX + "\nENV SALT=" + UUID.randomUUID() + "\n";
    Files.writeString(context.resolve("Dockerfile"), head + String.join("\n", lines) + "\n");
  }

  private CommandRun buildOn(String host, String... options) {
    String[] arguments = arguments(host, options).toArray(String[]::new);
    return CommandRun.withInput("", Map.of(), arguments);
  }

  private List<String> arguments(String host, String... options) {
    List<String> all = new ArrayList<>(List.of("build", "--agent", "a1=" + host));
    all.addAll(List.of("--state", directory.resolve("state").toString()));
    all.addAll(List.of(options));
    all.add(context.toString());
    return all;
  }

  private CommandRun build(String... options) {
    return buildOn(TestEngine.first().host(), options);
  }

  @Test
  void aMissingDockerfile() {
    CommandRun run = build();
    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err()).contains("cannot read the Dockerfile", "it does not exist");
  }

  @Test
  void anInvalidDockerfileIsToldWithLineAndNearestWord() throws IOException {
    dockerfile("RUNN true");
    CommandRun run = build();
    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err()).contains("Dockerfile:3", "RUNN", "RUN");
  }

  @Test
  void whatIsNoNameOfAnImageIsToldWithItsLine() throws IOException {
    dockerfile("COPY --from=Not/Valid! /a /b");
    CommandRun from = build();
    assertThat(from.status()).isEqualTo(2);
    assertThat(from.err())
        .contains("Dockerfile:3", "\"Not/Valid!\": invalid reference format", "must be lowercase");

    dockerfile("RUN true");
    CommandRun tag = build("-t", "App:1");
    assertThat(tag.status()).isEqualTo(2);
    assertThat(tag.err()).contains("-t \"App:1\"", "must be lowercase");
  }

  @Test
  void aSourceThatDoesNotExistIsToldWithItsNeighbour() throws IOException {
    Files.writeString(context.resolve("program.c"), "");
    dockerfile("COPY program.cc /");
    CommandRun run = build();
    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err()).contains("Dockerfile:3", "program.cc", "did you mean program.c?");
  }

  @Test
  void aSymbolicLinkThatLeavesTheContext() throws IOException {
    Path outside = Files.writeString(directory.resolve("outside"), "OUTSIDE");
    Files.createSymbolicLink(context.resolve("link"), outside);
    dockerfile("COPY link /copied", "RUN cat /copied");
    CommandRun run = build();
    assertThat(run.status()).isNotZero();
    assertThat(run.err())
        .contains("Dockerfile:3: link is a symbolic link to", "outside of the build context")
        .doesNotContain("OUTSIDE");
  }

  @Test
  void aFileThatCannotBeReadIsNamedAndNothingIsMadeOfTheRest() throws Exception {
    Files.writeString(context.resolve("readable"), "x");
    Path closed = Files.writeString(context.resolve("closed"), "x");
    Files.setPosixFilePermissions(closed, Set.of());
    dockerfile("COPY . /copied", "RUN echo copied");

    // Root reads everything, unless it lacks these capabilities.
    List<String> mortal = List.of("setpriv", "--bounding-set=-dac_override,-dac_read_search");
    try (AgentJvm build = AgentJvm.start(mortal, arguments(TestEngine.first().host()))) {
      assertThat(build.awaitExit()).as(build.lines().toString()).isEqualTo(1);
      assertThat(String.join("\n", build.lines()))
          .contains("closed")
          .containsIgnoringCase("permission denied")
          .doesNotContain(" copied");
    }
  }

  @Test
  void noEngine() throws IOException {
    dockerfile("RUN true");
    CommandRun run = buildOn("unix://" + directory.resolve("no.sock"));
    assertThat(run.status()).isEqualTo(3);
    assertThat(run.err()).startsWith("error: ").contains("no.sock", "DOCKER_HOST");
  }

  @Test
  void aFailureInTheMiddleLeavesNothingThatIsLaterTakenForAHit() throws IOException {
    dockerfile("RUN echo first", "RUN echo half > /half && exit 3", "RUN cat /half");
    assertThat(build().status()).isEqualTo(1);
    CommandRun again = build();
    assertThat(again.status()).isEqualTo(1);
    assertThat(again.err()).contains("1 cached", "1 failed", "1 skipped");
  }

  @Test
  void aPrivilegedCommandMustBeAllowed() throws IOException {
    dockerfile("RUN --security=insecure mount -t tmpfs none /mnt 2>/dev/null || mkdir /m");
    CommandRun refused = build();
    assertThat(refused.status()).isEqualTo(2);
    assertThat(refused.err())
        .contains("security.insecure is not allowed", "--allow security.insecure", "Dockerfile:3");

    dockerfile("RUN --security=insecure mkdir /m && mount -t tmpfs none /m && echo mounted");
    CommandRun allowed = build("--allow", "security.insecure");
    // Where the machine is a container the engine has not all capabilities itself. Docker 20.10
    // asks
    // for them nevertheless, which shows that the container is to be privileged; 26 and later give
    // those that they have.
    if (hasAllCapabilities()) {
      assertThat(allowed.err()).contains(" mounted");
    } else {
      assertThat(allowed.err()).containsAnyOf(" mounted", "unable to apply caps");
    }
  }

  private static boolean hasAllCapabilities() throws IOException {
    int last = Integer.parseInt(Files.readString(Path.of("/proc/sys/kernel/cap_last_cap")).strip());
    String bounding =
        Files.readAllLines(Path.of("/proc/self/status")).stream()
            .filter(line -> line.startsWith("CapBnd:"))
            .map(line -> line.substring("CapBnd:".length()).strip())
            .findFirst()
            .orElseThrow();
    return Long.bitCount(Long.parseUnsignedLong(bounding, 16)) == last + 1;
  }

  @Test
  void theNetworkOfTheMachineMustBeAllowed() throws IOException {
    dockerfile("RUN --network=host true");
    assertThat(build().err()).contains("network.host is not allowed");
    assertThat(build("--allow", "network.host").status()).isZero();
  }
}
