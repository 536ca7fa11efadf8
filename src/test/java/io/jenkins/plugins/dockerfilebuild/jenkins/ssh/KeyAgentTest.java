package io.jenkins.plugins.dockerfilebuild.jenkins.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The agent's answers as they stand in draft-ietf-sshm-ssh-agent, signatures checked by the JDK.
 */
class KeyAgentTest {

  private static final int IDENTITIES = 11;
  private static final int IDENTITIES_ANSWER = 12;
  private static final int SIGN = 13;
  private static final int SIGN_RESPONSE = 14;

  /** SSH2_AGENT_FAILURE: MINA's word for it, which OpenSSH's clients take as they take 5. */
  private static final int FAILURE = 30;

  private static final int RSA_SHA2_512 = 4;
  private static final byte[] DATA =
      "what the server wants signed".getBytes(StandardCharsets.UTF_8);

  private static KeyPair pair;
  private static String file;

  @BeforeAll
  static void makeKey() throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    pair = generator.generateKeyPair();
    String body =
        Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(pair.getPrivate().getEncoded());
    // Without the last line end, as a text area sends it.
    file = "-----BEGIN PRIVATE KEY-----\n" + body + "\n-----END PRIVATE KEY-----";
  }

  @Test
  void theKeyIsListedByItsName() throws IOException {
    DataInputStream answer = ask(new byte[] {IDENTITIES});
    assertThat(answer.readByte()).isEqualTo((byte) IDENTITIES_ANSWER);
    assertThat(answer.readInt()).isEqualTo(1);
    assertThat(new String(field(answer), StandardCharsets.ISO_8859_1)).contains("ssh-rsa");
    assertThat(new String(field(answer), StandardCharsets.UTF_8)).isEqualTo("deploy-key");
  }

  @Test
  void signaturesAreThoseOfTheKey() throws Exception {
    DataInputStream listed = ask(new byte[] {IDENTITIES});
    listed.skipBytes(5);
    DataInputStream answer = ask(signing(field(listed)));
    assertThat(answer.readByte()).isEqualTo((byte) SIGN_RESPONSE);
    DataInputStream signature = new DataInputStream(new ByteArrayInputStream(field(answer)));
    assertThat(new String(field(signature), StandardCharsets.UTF_8)).isEqualTo("rsa-sha2-512");
    Signature verifier = Signature.getInstance("SHA512withRSA");
    verifier.initVerify(pair.getPublic());
    verifier.update(DATA);
    assertThat(verifier.verify(field(signature))).isTrue();
  }

  @Test
  void whatIsNoRequestIsAnsweredByAFailure() throws IOException {
    assertThat(ask(new byte[] {99}).readByte()).isEqualTo((byte) FAILURE);
    assertThat(ask(new byte[] {SIGN, 0, 0}).readByte()).isEqualTo((byte) FAILURE);
    assertThat(ask(new byte[] {SIGN}).readByte()).isEqualTo((byte) FAILURE);
  }

  @Test
  void whatIsNoKeyIsRefused() {
    assertThatThrownBy(() -> KeyAgent.of("deploy-key", List.of("ssh-rsa AAAA"), ""))
        .isInstanceOf(IOException.class);
  }

  private static byte[] signing(byte[] key) throws IOException {
    ByteArrayOutputStream request = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(request);
    out.writeByte(SIGN);
    out.writeInt(key.length);
    out.write(key);
    out.writeInt(DATA.length);
    out.write(DATA);
    out.writeInt(RSA_SHA2_512);
    return request.toByteArray();
  }

  private static DataInputStream ask(byte[] request) throws IOException {
    byte[] answer = KeyAgent.of("deploy-key", List.of(file), "").ask(request);
    return new DataInputStream(new ByteArrayInputStream(answer));
  }

  private static byte[] field(DataInputStream in) throws IOException {
    byte[] bytes = new byte[in.readInt()];
    in.readFully(bytes);
    return bytes;
  }
}
