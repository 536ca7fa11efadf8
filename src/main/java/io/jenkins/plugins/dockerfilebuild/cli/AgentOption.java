package io.jenkins.plugins.dockerfilebuild.cli;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * {@code --agent NAME=DOCKER_HOST}: an engine and what the user calls it.
 *
 * @param keepBytes what it keeps of each kind by itself; empty: as it judges right
 */
record AgentOption(String name, String dockerHost, OptionalLong keepBytes) {

  static final String USUAL_SOCKET = "unix:///var/run/docker.sock";

  private static final Pattern HOST = Pattern.compile("(unix|tcp|http|https|npipe)://.+");

  static AgentOption parse(String text) {
    int equals = text.indexOf('=');
    if (equals < 0 || !Announcement.NAME.matcher(text.substring(0, equals)).matches()) {
      throw CommandFailure.usage(
          "--agent " + text + ": not of the form NAME=DOCKER_HOST",
          "for example --agent builder-1=unix:///var/run/docker.sock");
    }
    return new AgentOption(
        text.substring(0, equals), checked(text.substring(equals + 1)), OptionalLong.empty());
  }

  /** One on the engine that is named, or that of {@code DOCKER_HOST} or the usual socket. */
  static AgentOption of(String name, Optional<String> dockerHost, CommandIo io) {
    String host = dockerHost.or(() -> io.variable("DOCKER_HOST")).orElse(USUAL_SOCKET);
    return new AgentOption(name, checked(host), OptionalLong.empty());
  }

  AgentOption keeping(long bytes) {
    return new AgentOption(name, dockerHost, OptionalLong.of(bytes));
  }

  /**
   * The agents that are asked for, or one on the engine of {@code DOCKER_HOST} or the usual socket.
   */
  static List<AgentOption> parseAll(List<String> texts, CommandIo io) {
    if (texts.isEmpty()) {
      return List.of(of("local", Optional.empty(), io));
    }
    List<AgentOption> agents = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (String text : texts) {
      AgentOption agent = parse(text);
      if (!names.add(agent.name())) {
        throw CommandFailure.usage("--agent " + text + ": there is already an agent of that name");
      }
      agents.add(agent);
    }
    return agents;
  }

  private static String checked(String host) {
    if (!HOST.matcher(host).matches()) {
      throw CommandFailure.usage(
          "\"" + host + "\" is not the address of a Docker engine",
          "addresses begin with unix://, tcp://, http://, https:// or npipe://");
    }
    return host;
  }
}
