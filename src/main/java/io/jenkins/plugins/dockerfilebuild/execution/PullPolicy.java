package io.jenkins.plugins.dockerfilebuild.execution;

/** When a registry is asked for a base image. */
public enum PullPolicy {
  /** Never: what the engine has, or nothing. */
  NEVER,
  /** Only for an image that the engine lacks, as {@code docker build} does. */
  IF_MISSING,
  /** Always, even if the engine has an image of that name ({@code --pull}). */
  ALWAYS
}
