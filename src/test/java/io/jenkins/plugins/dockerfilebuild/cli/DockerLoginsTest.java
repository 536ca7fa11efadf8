package io.jenkins.plugins.dockerfilebuild.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.dockerfilebuild.execution.RegistryLogin;
import io.jenkins.plugins.dockerfilebuild.execution.RegistryLogins;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Logins of docker's {@code config.json}; what registries make of them is {@code RegistryIT}'s. */
class DockerLoginsTest {

  @TempDir private Path directory;

  private Optional<RegistryLogin> login(String json, String registry) throws IOException {
    Path file = Files.writeString(directory.resolve("config.json"), json);
    return new DockerConfig(
            file,
            directory.toString(),
            damaged -> {
              throw damaged;
            })
        .of(registry);
  }

  private void helper(String name, String... lines) throws IOException {
    Path program = directory.resolve("docker-credential-" + name);
    Files.writeString(program, "#!/bin/sh\n" + String.join("\n", lines) + "\n");
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  @Test
  void aHelperOfDockerHubIsNamedByTheWholeKey() throws IOException {
    helper("hub", "echo '{\"Username\": \"me\", \"Secret\": \"'$(cat)'\"}'");
    String json = "{\"credHelpers\": {\"https://index.docker.io/v1/\": \"hub\"}}";

    assertThat(login(json, RegistryLogins.DOCKER_HUB))
        .contains(new RegistryLogin("docker.io", "me", "https://index.docker.io/v1/"));
    assertThat(login(json, "other.example")).isEmpty();
  }

  @Test
  void anEmptyHelperOfARegistryMeansTheFileItself() throws IOException {
    assertThat(
            login(
                """
                {"credsStore": "missing", "credHelpers": {"r.example": ""},
                 "auths": {"r.example": {"auth": "bWU6cHc="}}}
                """,
                "r.example"))
        .contains(new RegistryLogin("r.example", "me", "pw"));
  }

  @Test
  void anEntryMayHoldNameAndPasswordAsTheyAre() throws IOException {
    String json = "{\"auths\": {\"r.example\": {\"username\": \"me\", \"password\": \"pw\"}}}";

    assertThat(login(json, "r.example")).contains(new RegistryLogin("r.example", "me", "pw"));
    assertThat(login("{\"auths\": {\"r.example\": {}}}", "r.example")).isEmpty();
  }

  @Test
  void aHelperThatDoesNotEndIsEndedWithWhatItStarted() throws IOException {
    helper("slow", "sleep 5", "echo '{}'");
    CredentialHelper slow =
        new CredentialHelper("slow", directory.toString(), Duration.ofMillis(100));

    assertThatThrownBy(() -> slow.get("r.example", "r.example"))
        .isInstanceOf(CommandFailure.class)
        .hasMessageContaining("docker-credential-slow")
        .hasMessageContaining("it does not end");
  }

  @Test
  @Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void aHelperMaySayMuchElsewhereAndNeedNotReadTheQuestion() throws IOException {
    helper(
        "loud",
        "exec <&-",
        "i=0; while [ $i -lt 3000 ]; do echo a line of a hundred bytes or not quite so many >&2;",
        "i=$((i + 1)); done; echo '{\"Username\": \"me\", \"Secret\": \"pw\"}'");

    assertThat(login("{\"credsStore\": \"loud\"}", "r.example"))
        .contains(new RegistryLogin("r.example", "me", "pw"));
  }
}
