package io.jenkins.plugins.dockerfilebuild.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.dockerfilebuild.execution.AgentServices;
import io.jenkins.plugins.dockerfilebuild.execution.docker.DockerAgent;
import io.jenkins.plugins.dockerfilebuild.execution.docker.TestEngine;
import io.jenkins.plugins.dockerfilebuild.execution.link.AgentEndpoint;
import io.jenkins.plugins.dockerfilebuild.execution.link.ForwardingLink;
import io.jenkins.plugins.dockerfilebuild.execution.link.InProcessLink;
import io.jenkins.plugins.dockerfilebuild.execution.link.RemoteAgentServices;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code RUN --mount=type=ssh} with OpenSSH on both sides; needs Debian's openssh-client. */
class SshMountIT {

  @TempDir private Path directory;
  private Path context;
  private Path socket;
  private Process agent;
  private String fingerprint;

  @BeforeEach
  void anAgentWithAKeyAndAClientInTheContext() throws Exception {
    context = Files.createDirectory(directory.resolve("context"));
    socket = directory.resolve("agent.sock");
    agent = new ProcessBuilder("ssh-agent", "-D", "-a", socket.toString()).start();
    // It says so when it listens.
    assertThat(agent.inputReader().readLine()).contains(socket.toString());
    Path key = directory.resolve("key");
    call("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "test", "-f", key.toString());
    call("ssh-add", "-q", key.toString());
    fingerprint = call("ssh-add", "-l").split(" ", -1)[1];
    copyWithLibraries(Path.of("/usr/bin/ssh-add"));
  }

  @AfterEach
  void stopTheAgent() throws InterruptedException {
    agent.destroy();
    agent.waitFor();
  }

  private String call(String... words) throws Exception {
    ProcessBuilder builder = new ProcessBuilder(words).redirectErrorStream(true);
    builder.environment().put("SSH_AUTH_SOCK", socket.toString());
    Process process = builder.start();
    String output =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    assertThat(process.waitFor()).as(String.join(" ", words) + ": " + output).isZero();
    return output;
  }

  /** The program as the base image lacks it: the machine's, with all that it loads. */
  private void copyWithLibraries(Path program) throws Exception {
    List<Path> files = new ArrayList<>(List.of(program));
    Matcher libraries = Pattern.compile("(/\\S+) \\(0x").matcher(call("ldd", program.toString()));
    while (libraries.find()) {
      files.add(Path.of(libraries.group(1)));
    }
    for (Path file : files) {
      Path copy = context.resolve("client").resolve(Path.of("/").relativize(file));
      Files.createDirectories(copy.getParent());
      Files.copy(file, copy);
    }
  }

  private void dockerfile(String... lines) throws IOException {
    String head =
        "FROM %s\nENV SALT=%s\nCOPY client /\n".formatted(TestEngine.BUSYBOX, UUID.randomUUID());
    Files.writeString(context.resolve("Dockerfile"), head + String.join("\n", lines) + "\n");
  }

  private static Pool linked(PoolChoice choice) {
    PoolChoice.Engines engines = (PoolChoice.Engines) choice;
    return Pool.ofEngines(option -> linked(option, engines.state()), engines.agents());
  }

  private static AgentServices linked(AgentOption option, Path state) {
    AgentEndpoint endpoint = new AgentEndpoint(DockerAgent.connect(option.dockerHost(), state));
    return new RemoteAgentServices(
        new ForwardingLink(new InProcessLink(endpoint::handle)) {
          @Override
          public void close() {
            super.close();
            endpoint.close();
          }
        });
  }

  private CommandRun build(boolean linked, String... options) {
    List<String> all = new ArrayList<>(List.of("build"));
    all.addAll(List.of("--agent", "a1=" + TestEngine.first().host()));
    all.addAll(List.of("--state", directory.resolve("state").toString()));
    all.addAll(List.of(options));
    all.add(context.toString());
    Pool.Source pools = linked ? SshMountIT::linked : Wiring::connect;
    return CommandRun.on(
        pools, "", Map.of("SSH_AUTH_SOCK", socket.toString()), all.toArray(String[]::new));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void theStepUsesTheCallersKeysAndTheImageKeepsNothing(boolean linked) throws Exception {
    dockerfile(
        "RUN --mount=type=ssh ssh-add -l && ls -l $SSH_AUTH_SOCK",
        "USER nobody",
        "RUN --mount=type=ssh,id=other,target=/tmp/other,uid=65534,mode=0600 ssh-add -l",
        "RUN --mount=type=ssh,id=other,target=/tmp/other ssh-add -l || echo REFUSED",
        "RUN [ -z \"$SSH_AUTH_SOCK\" ] && [ ! -e /run ] && [ ! -e /tmp/other ] && echo NOTHING LEFT");

    CommandRun run = build(linked, "--ssh", "default", "--ssh", "other=" + socket);

    assertThat(run.status()).as(run.err()).isZero();
    assertThat(run.err())
        .containsPattern("#1 \\S+ 256 " + Pattern.quote(fingerprint))
        .containsPattern("srw------- +1 +(0|root) .* /run/buildkit/ssh_agent.0")
        .containsPattern("#2 \\S+ 256 " + Pattern.quote(fingerprint))
        .containsPattern("(?m) REFUSED$")
        .containsPattern("(?m) NOTHING LEFT$");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aStepCannotChangeTheAgentAndHostileMessagesHurtNobody(boolean linked) throws Exception {
    dockerfile(
        "RUN --mount=type=ssh ssh-add -D 2>&1; ssh-add -x < /dev/null 2>&1; ssh-add -l",
        "RUN true");

    CommandRun run = build(linked, "--ssh", "default");

    assertThat(run.status()).as(run.err()).isZero();
    assertThat(run.err()).contains(fingerprint);
    assertThat(call("ssh-add", "-l")).contains(fingerprint);
  }

  @Test
  void withoutAnAgentAStepRunsUnlessItRequiresOne() throws Exception {
    dockerfile("RUN --mount=type=ssh [ -z \"$SSH_AUTH_SOCK\" ] && echo WITHOUT");
    CommandRun optional = build(false);
    assertThat(optional.status()).as(optional.err()).isZero();
    assertThat(optional.err()).containsPattern("(?m) WITHOUT$");

    dockerfile("RUN --mount=type=ssh,required true");
    CommandRun required = build(false);
    assertThat(required.status()).isEqualTo(1);
    assertThat(required.err())
        .contains(
            "SSH agent \"default\" is required but was not given; pass it with --ssh default");
  }

  @Test
  void anAgentThatIsGoneIsOneWithoutKeys() throws Exception {
    dockerfile("RUN --mount=type=ssh ssh-add -l 2>&1 || echo FAILED");
    stopTheAgent();
    if (!Files.exists(socket)) {
      // As if it had been killed: the file is there, nobody listens.
      ServerSocketChannel.open(StandardProtocolFamily.UNIX)
          .bind(UnixDomainSocketAddress.of(socket))
          .close();
    }
    CommandRun run = build(false, "--ssh", "default");
    assertThat(run.status()).as(run.err()).isZero();
    assertThat(run.err()).containsPattern("(?m) FAILED$");
  }
}
