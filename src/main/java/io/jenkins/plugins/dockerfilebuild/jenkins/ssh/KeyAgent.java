package io.jenkins.plugins.dockerfilebuild.jenkins.ssh;

import io.jenkins.plugins.dockerfilebuild.execution.SshAgent;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.util.List;
import org.apache.sshd.agent.common.AbstractAgentClient;
import org.apache.sshd.agent.local.AgentImpl;
import org.apache.sshd.common.NamedResource;
import org.apache.sshd.common.config.keys.FilePasswordProvider;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.common.util.buffer.ByteArrayBuffer;
import org.apache.sshd.common.util.security.SecurityUtils;

/**
 * An SSH agent that holds keys in memory and speaks the agent's protocol
 * (draft-ietf-sshm-ssh-agent) as Apache MINA does. Thread-safe: one request after another.
 */
final class KeyAgent extends AbstractAgentClient implements SshAgent {

  /** SSH2_AGENT_FAILURE, with which MINA answers; OpenSSH's clients take it as they take 5. */
  private static final byte[] FAILURE = {30};

  /** What MINA has answered; set within {@link #ask}. */
  private byte[] answer = {};

  private KeyAgent(AgentImpl keys) {
    super(keys);
  }

  /**
   * An agent with the keys of some files.
   *
   * @param name of the keys, for whoever lists them
   * @param files as ssh-keygen or OpenSSL write them
   * @param passphrase of those that are encrypted, {@code ""} for none
   * @throws IOException a file holds no key, or another passphrase opens it
   */
  static KeyAgent of(String name, List<String> files, String passphrase) throws IOException {
    AgentImpl keys = new AgentImpl();
    for (String file : files) {
      for (KeyPair key : read(name, file, passphrase)) {
        keys.addIdentity(key, name);
      }
    }
    return new KeyAgent(keys);
  }

  private static Iterable<KeyPair> read(String name, String file, String passphrase)
      throws IOException {
    FilePasswordProvider password =
        passphrase.isEmpty() ? FilePasswordProvider.EMPTY : FilePasswordProvider.of(passphrase);
    // Text areas lose the last line end, without which some formats are not recognized.
    byte[] bytes = (file.strip() + "\n").getBytes(StandardCharsets.UTF_8);
    try {
      Iterable<KeyPair> pairs =
          SecurityUtils.loadKeyPairIdentities(
              null, NamedResource.ofName(name), new ByteArrayInputStream(bytes), password);
      if (pairs == null || !pairs.iterator().hasNext()) {
        throw new IOException("this is no private key in a format that is known");
      }
      return pairs;
    } catch (GeneralSecurityException | RuntimeException e) {
      throw new IOException("the key cannot be read: " + e.getMessage(), e);
    }
  }

  @Override
  public synchronized byte[] ask(byte[] request) throws IOException {
    Buffer message = new ByteArrayBuffer();
    message.putBytes(request);
    messageReceived(message);
    return isAnswer(answer) ? answer : FAILURE.clone();
  }

  /**
   * To a request that breaks off MINA answers with a type of 0, which the protocol does not have.
   */
  private static boolean isAnswer(byte[] reply) {
    return reply.length > 0 && reply[0] != 0;
  }

  /** With its length in front, as it would go over a socket. */
  @Override
  protected void reply(Buffer reply) {
    answer = reply.getBytes();
  }
}
