package io.jenkins.plugins.dockerfilebuild.cli;

import io.jenkins.plugins.dockerfilebuild.execution.AgentServices;
import io.jenkins.plugins.dockerfilebuild.image.Platform;
import io.jenkins.plugins.dockerfilebuild.scheduling.Agent;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * {@code --agent NAME=DOCKER_HOST[,capacity=N][,platform=P+P][,label=L+L]}: an engine, what the
 * user calls it, and what is otherwise than the engine says.
 *
 * @param keepBytes what it keeps of each kind by itself; empty: as it judges right
 */
record AgentOption(String name, String dockerHost, OptionalLong keepBytes, Terms terms) {

  static final String USUAL_SOCKET = "unix:///var/run/docker.sock";

  private static final Pattern HOST = Pattern.compile("(unix|tcp|http|https|npipe)://.+");
  private static final int MOST_CAPACITY = 1_000;

  /**
   * What an agent offers.
   *
   * @param capacity steps at once; empty: as many as the engine has processors
   * @param platforms whose commands it can run, its own first; empty: as the engine says
   * @param labels that builds may ask for
   */
  record Terms(OptionalInt capacity, List<Platform> platforms, List<String> labels) {

    static final Terms OF_ENGINE = new Terms(OptionalInt.empty(), List.of(), List.of());

    static Terms parse(AttributeList attributes) {
      return new Terms(
          attributes
              .get("capacity")
              .map(text -> capacity(text, attributes))
              .orElse(OptionalInt.empty()),
          attributes.get("platform").stream()
              .flatMap(Terms::parts)
              .map(text -> platform(text, attributes))
              .toList(),
          attributes.get("label").stream().flatMap(Terms::parts).toList());
    }

    private static Stream<String> parts(String text) {
      return Stream.of(text.split("\\+", -1));
    }

    private static OptionalInt capacity(String text, AttributeList attributes) {
      if (!text.matches("[1-9][0-9]{0,3}") || Integer.parseInt(text) > MOST_CAPACITY) {
        throw attributes.wrong("capacity= is a number of steps, 1 to " + MOST_CAPACITY);
      }
      return OptionalInt.of(Integer.parseInt(text));
    }

    private static Platform platform(String text, AttributeList attributes) {
      try {
        return Platform.parse(text);
      } catch (IllegalArgumentException e) {
        throw attributes.wrong(e.getMessage());
      }
    }
  }

  static AgentOption parse(String text) {
    int equals = text.indexOf('=');
    if (equals < 0 || !Announcement.NAME.matcher(text.substring(0, equals)).matches()) {
      throw CommandFailure.usage(
          "--agent " + text + ": not of the form NAME=DOCKER_HOST",
          "for example --agent builder-1=unix:///var/run/docker.sock");
    }
    int comma = text.indexOf(',', equals);
    String host = text.substring(equals + 1, comma < 0 ? text.length() : comma);
    Terms terms =
        comma < 0
            ? Terms.OF_ENGINE
            : Terms.parse(
                new AttributeList(
                    "--agent",
                    text.substring(comma + 1),
                    List.of("capacity", "platform", "label")));
    return new AgentOption(text.substring(0, equals), checked(host), OptionalLong.empty(), terms);
  }

  /** One on the engine that is named, or that of {@code DOCKER_HOST} or the usual socket. */
  static AgentOption of(String name, Optional<String> dockerHost, CommandIo io) {
    String host = dockerHost.or(() -> io.variable("DOCKER_HOST")).orElse(USUAL_SOCKET);
    return new AgentOption(name, checked(host), OptionalLong.empty(), Terms.OF_ENGINE);
  }

  AgentOption keeping(long bytes) {
    return new AgentOption(name, dockerHost, OptionalLong.of(bytes), terms);
  }

  /** The agent as the pool sees it. */
  Agent agent(AgentServices services) {
    Agent agent = Agent.of(name, services);
    if (terms.capacity.isPresent()) {
      agent = agent.withCapacity(terms.capacity.getAsInt());
    }
    if (!terms.platforms.isEmpty()) {
      agent = agent.withPlatforms(terms.platforms);
    }
    return agent.withLabels(terms.labels);
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
