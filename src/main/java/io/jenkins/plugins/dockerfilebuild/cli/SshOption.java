package io.jenkins.plugins.dockerfilebuild.cli;

import io.jenkins.plugins.dockerfilebuild.execution.SshAgent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * {@code --ssh default} and {@code --ssh ID=SOCKET}, as in buildx: SSH agents for {@code RUN
 * --mount=type=ssh}. An id alone means the agent that SSH_AUTH_SOCK names. Files with keys are not
 * taken: {@code ssh-add} loads them into an agent, which asks for passphrases, too.
 */
final class SshOption {

  private static final String VARIABLE = "SSH_AUTH_SOCK";

  private SshOption() {}

  /**
   * The agents by id.
   *
   * @throws CommandFailure one is given twice, or there is no socket
   */
  static Map<String, SshAgent> agents(List<String> texts, Map<String, String> environment) {
    Map<String, SshAgent> agents = new LinkedHashMap<>();
    for (String text : texts) {
      int equals = text.indexOf('=');
      String id = equals < 0 ? text : text.substring(0, equals);
      Path socket =
          equals < 0 ? byVariable(text, environment) : Path.of(text.substring(equals + 1));
      check(text, socket);
      if (agents.put(id.isEmpty() ? "default" : id, new SshAgentSocket(socket)) != null) {
        throw CommandFailure.usage("--ssh " + text + ": the id is given twice");
      }
    }
    return agents;
  }

  private static Path byVariable(String text, Map<String, String> environment) {
    String socket = environment.getOrDefault(VARIABLE, "");
    if (socket.isEmpty()) {
      throw CommandFailure.usage(
          "--ssh " + text + ": " + VARIABLE + " is not set",
          "eval $(ssh-agent) starts an agent, ssh-add gives it a key",
          "--ssh " + text + "=SOCKET names one");
    }
    return Path.of(socket);
  }

  private static void check(String text, Path socket) {
    if (!Files.exists(socket)) {
      throw CommandFailure.usage("--ssh " + text + ": there is no socket " + socket);
    }
    if (Files.isRegularFile(socket) || Files.isDirectory(socket)) {
      throw CommandFailure.usage(
          "--ssh " + text + ": " + socket + " is not the socket of an agent",
          "ssh-add " + socket + " gives a key to the agent, --ssh default uses that");
    }
  }
}
