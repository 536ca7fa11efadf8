package io.jenkins.plugins.dockerfilebuild.execution;

/**
 * What an engine says of itself.
 *
 * @param engineId stable over restarts, unique for each engine
 * @param engineVersion as the engine prints it, such as {@code 20.10.24}
 * @param platform such as {@code linux/amd64} or {@code linux/arm/v7}
 * @param processors that the engine may use
 * @param storage where the agent keeps what the engine's containers mount
 */
public record AgentInfo(
    String engineId, String engineVersion, String platform, int processors, MountStorage storage) {}
