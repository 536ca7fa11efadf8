package io.jenkins.plugins.dockerfilebuild.plan;

import java.util.Arrays;
import java.util.Optional;

/**
 * What a Dockerfile may ask for only if the user allows it, because it reaches the agent itself:
 * BuildKit's entitlements, under its names.
 */
public enum Entitlement {
  /** {@code RUN --network=host}: the network of the agent's machine. */
  NETWORK_HOST("network.host"),
  /** {@code RUN --security=insecure}: a privileged container. */
  SECURITY_INSECURE("security.insecure");

  private final String text;

  Entitlement(String text) {
    this.text = text;
  }

  /** The entitlement of that name, such as {@code network.host}. */
  public static Optional<Entitlement> parse(String text) {
    return Arrays.stream(values()).filter(one -> one.text.equals(text)).findFirst();
  }

  /** Its name in {@code --allow}. */
  @Override
  public String toString() {
    return text;
  }
}
