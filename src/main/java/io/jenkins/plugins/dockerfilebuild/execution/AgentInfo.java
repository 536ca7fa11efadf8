package io.jenkins.plugins.dockerfilebuild.execution;

import java.util.regex.Pattern;

/**
 * What an agent says of itself and its engine.
 *
 * @param id of the agent: unique, and the same wherever it is attached and whatever it is called
 *     there. It goes with the directory in which the agent keeps what it has of this engine
 * @param engineVersion as the engine prints it, such as {@code 20.10.24}
 * @param platform such as {@code linux/amd64} or {@code linux/arm/v7}
 * @param processors that the engine may use
 * @param storage where the agent keeps what the engine's containers mount
 */
public record AgentInfo(
    String id, String engineVersion, String platform, int processors, MountStorage storage) {

  private static final Pattern ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,63}");

  /**
   * @throws IllegalArgumentException an agent does not call itself so
   */
  public AgentInfo {
    if (!ID.matcher(id).matches()) {
      throw new IllegalArgumentException("not an agent's id");
    }
  }
}
