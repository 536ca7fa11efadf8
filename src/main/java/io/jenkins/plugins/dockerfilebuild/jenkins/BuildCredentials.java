package io.jenkins.plugins.dockerfilebuild.jenkins;

import com.cloudbees.plugins.credentials.CredentialsProvider;
import com.cloudbees.plugins.credentials.common.IdCredentials;
import com.cloudbees.plugins.credentials.common.StandardCredentials;
import com.cloudbees.plugins.credentials.common.StandardUsernamePasswordCredentials;
import hudson.AbortException;
import hudson.model.Run;
import io.jenkins.plugins.dockerfilebuild.content.Bytes;
import io.jenkins.plugins.dockerfilebuild.execution.RegistryLogin;
import io.jenkins.plugins.dockerfilebuild.execution.RegistryLogins;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jenkinsci.plugins.plaincredentials.FileCredentials;
import org.jenkinsci.plugins.plaincredentials.StringCredentials;

/**
 * The credentials that a build names, looked up as the job may; their use is recorded. Used by one
 * thread.
 */
final class BuildCredentials {

  /** The limit that BuildKit has for one secret, 500 KiB. */
  private static final int MAX_BYTES = 500 * 1024;

  private final Run<?, ?> run;
  private final List<Bytes> confidential = new ArrayList<>();

  BuildCredentials(Run<?, ?> run) {
    this.run = run;
  }

  /**
   * The contents of secrets: a secret text, a secret file, or {@code user:password}.
   *
   * @param ids of credentials by the ids that the Dockerfile uses
   */
  Map<String, Bytes> secrets(Map<String, String> ids) throws IOException, InterruptedException {
    Map<String, Bytes> secrets = new LinkedHashMap<>();
    for (Map.Entry<String, String> id : ids.entrySet()) {
      secrets.put(id.getKey(), content(find(id.getValue(), StandardCredentials.class)));
    }
    confidential.addAll(secrets.values());
    return secrets;
  }

  /** What nobody is to read in a log: all secrets so far, and the passwords that are in them. */
  List<Bytes> confidential() {
    return List.copyOf(confidential);
  }

  private Bytes content(StandardCredentials credentials) throws IOException, InterruptedException {
    if (credentials instanceof StringCredentials text) {
      return Bytes.utf8(text.getSecret().getPlainText());
    }
    if (credentials instanceof FileCredentials file) {
      try (InputStream bytes = file.getContent()) {
        byte[] content = bytes.readNBytes(MAX_BYTES + 1);
        if (content.length > MAX_BYTES) {
          throw new AbortException(
              "secrets: the file "
                  + credentials.getId()
                  + " has more than "
                  + MAX_BYTES
                  + " bytes");
        }
        return Bytes.of(content);
      }
    }
    if (credentials instanceof StandardUsernamePasswordCredentials user) {
      String password = user.getPassword().getPlainText();
      confidential.add(Bytes.utf8(password));
      return Bytes.utf8(user.getUsername() + ":" + password);
    }
    throw new AbortException(
        "secrets: the credentials "
            + credentials.getId()
            + " are neither a secret text, a secret file nor a user name with password");
  }

  /** Who one is to registries; the first of several for one registry counts. */
  RegistryLogins logins(List<RegistryEndpoint> registries)
      throws IOException, InterruptedException {
    Map<String, RegistryLogin> logins = new HashMap<>();
    for (RegistryEndpoint registry : registries) {
      String id = registry.getCredentialsId();
      if (id != null && !id.isBlank()) {
        StandardUsernamePasswordCredentials user =
            find(id, StandardUsernamePasswordCredentials.class);
        String password = user.getPassword().getPlainText();
        logins.putIfAbsent(
            registry.host(), new RegistryLogin(registry.host(), user.getUsername(), password));
      }
    }
    return registry -> Optional.ofNullable(logins.get(registry));
  }

  private <C extends IdCredentials> C find(String id, Class<C> type) throws AbortException {
    C found = CredentialsProvider.findCredentialById(id, type, run, List.of());
    if (found == null) {
      throw new AbortException(
          "There are no credentials with the id "
              + id
              + " that this job may use, or they are of another kind");
    }
    return CredentialsProvider.track(run, found);
  }
}
