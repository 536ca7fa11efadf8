package io.jenkins.plugins.dockerfilebuild.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.dockerfilebuild.execution.docker.TestEngine;
import io.jenkins.plugins.dockerfilebuild.execution.docker.TestRegistry;
import io.jenkins.plugins.dockerfilebuild.http.TestAuthority;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A company's registry: with TLS, by an authority that only {@code /etc/docker/certs.d} knows. It
 * listens on an address of the loopback interface that is none of loopback, of which engines ask no
 * certificate.
 */
class PrivateAuthorityIT {

  private static final String ADDRESS = "198.18.254.7";

  @TempDir private Path directory;
  private TestAuthority authority;

  @BeforeEach
  void anAddressAndAnAuthority() throws Exception {
    ip("add");
    authority = new TestAuthority(directory.resolve("ca"));
    authority.vouch("registry", "ip:" + ADDRESS);
  }

  @AfterEach
  void removeTheAddress() throws Exception {
    ip("delete");
  }

  private static void ip(String what) throws IOException, InterruptedException {
    new ProcessBuilder("ip", "address", what, ADDRESS + "/32", "dev", "lo")
        .inheritIO()
        .start()
        .waitFor();
  }

  private CommandRun push(String name) throws IOException {
    Path context = Files.createDirectories(directory.resolve("context"));
    Files.writeString(context.resolve("data"), UUID.randomUUID().toString());
    Files.writeString(context.resolve("Dockerfile"), "FROM scratch\nCOPY data /\n");
    return CommandRun.withInput(
        "",
        Map.of(),
        "build",
        "--agent",
        "a1=" + TestEngine.first().host(),
        "--state",
        directory.resolve("state").toString(),
        "--platform",
        "linux/amd64,linux/arm64",
        "-t",
        name,
        "--push",
        context.toString());
  }

  @Test
  void theListOfPlatformsIsPushedToWhomTheEngineTrusts() throws Exception {
    try (TestRegistry registry =
        TestRegistry.secure(
            directory.resolve("registry"),
            ADDRESS,
            authority.certificateOf("registry"),
            authority.keyOf("registry"))) {
      String name = registry.address() + "/team/app:1";
      Path folder = Path.of("/etc/docker/certs.d", registry.address());
      Files.createDirectories(folder);
      Path known = Files.copy(authority.certificate(), folder.resolve("ca.crt"));
      try {
        CommandRun run = push(name);

        assertThat(run.status()).as(run.err()).isZero();
        assertThat(run.err()).contains("pushed " + name + ", digest sha256:");
      } finally {
        Files.delete(known);
        Files.delete(folder);
        TestEngine.first().remove(name + "-linux-amd64");
        TestEngine.first().remove(name + "-linux-arm64");
      }
    }
  }

  @Test
  void aRegistryOfThisMachineMayHaveACertificateThatNobodyKnowsAsForTheEngine() throws Exception {
    authority.vouch("local", "dns:elsewhere.example");
    try (TestRegistry registry =
        TestRegistry.secure(
            directory.resolve("registry"),
            "127.0.0.1",
            authority.certificateOf("local"),
            authority.keyOf("local"))) {
      String name = registry.address() + "/team/app:1";
      CommandRun run = push(name);

      assertThat(run.status()).as(run.err()).isZero();
      assertThat(run.err()).contains("pushed " + name + ", digest sha256:");
      TestEngine.first().remove(name + "-linux-amd64");
      TestEngine.first().remove(name + "-linux-arm64");
    }
  }
}
