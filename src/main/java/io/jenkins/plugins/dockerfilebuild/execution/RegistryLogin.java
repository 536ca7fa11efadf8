package io.jenkins.plugins.dockerfilebuild.execution;

/**
 * Who one is to a registry. It travels to the agent whose engine pulls or pushes, and is never
 * printed.
 *
 * @param registry as in {@link RegistryLogins#of}
 * @param username {@link #TOKEN} where {@code password} is an identity token, as credential helpers
 *     have it
 */
public record RegistryLogin(String registry, String username, String password) {

  /** Stands for the name where the password is an identity token. */
  public static final String TOKEN = "<token>";

  /** Whether {@code password} is an identity token. */
  public boolean isToken() {
    return username.equals(TOKEN);
  }

  @Override
  public String toString() {
    return username + " at " + registry;
  }
}
