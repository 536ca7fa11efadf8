package io.jenkins.plugins.dockerfilebuild.jenkins.ssh;

import com.cloudbees.jenkins.plugins.sshcredentials.SSHUserPrivateKey;
import com.cloudbees.plugins.credentials.CredentialsProvider;
import hudson.AbortException;
import hudson.model.Run;
import hudson.util.Secret;
import io.jenkins.plugins.dockerfilebuild.execution.SshAgent;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import jenkins.model.Jenkins;

/** Credentials of the kind <i>SSH user name with private key</i>. */
public final class SshCredentials {

  private SshCredentials() {}

  /**
   * The agents for a build; the use of the credentials is recorded.
   *
   * @param ids of credentials by the ids that the Dockerfile uses
   * @throws AbortException a plugin is missing, there are no such credentials, or the key cannot be
   *     read
   */
  public static Map<String, SshAgent> agents(Run<?, ?> run, Map<String, String> ids)
      throws AbortException {
    Map<String, SshAgent> agents = new LinkedHashMap<>();
    for (Map.Entry<String, String> id : ids.entrySet()) {
      require("ssh-credentials");
      require("mina-sshd-api-core");
      agents.put(id.getKey(), Keys.agent(run, id.getValue()));
    }
    return agents;
  }

  private static void require(String plugin) throws AbortException {
    if (Jenkins.get().getPlugin(plugin) == null) {
      throw new AbortException("ssh: needs the plugin " + plugin + "; ask an administrator for it");
    }
  }

  /** Loaded only where the classes that it names are there. */
  private static final class Keys {

    static SshAgent agent(Run<?, ?> run, String id) throws AbortException {
      SSHUserPrivateKey found =
          CredentialsProvider.findCredentialById(id, SSHUserPrivateKey.class, run, List.of());
      if (found == null) {
        throw new AbortException(
            "ssh: there are no credentials with the id "
                + id
                + " that this job may use, or they are not of the kind \"SSH Username with private"
                + " key\"");
      }
      SSHUserPrivateKey key = CredentialsProvider.track(run, found);
      Secret passphrase = key.getPassphrase();
      try {
        return KeyAgent.of(
            id, key.getPrivateKeys(), passphrase == null ? "" : passphrase.getPlainText());
      } catch (IOException e) {
        throw new AbortException("ssh: credentials " + id + ": " + e.getMessage());
      }
    }
  }
}
