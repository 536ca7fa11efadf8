package io.jenkins.plugins.dockerfilebuild.http;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/** A certificate authority of a company, made with the JDK's keytool, and who it vouches for. */
public final class TestAuthority {

  private static final String PASSWORD = "changeit";

  private final Path directory;

  /**
   * @param directory is made, and holds all its files
   */
  public TestAuthority(Path directory) throws IOException {
    this.directory = Files.createDirectories(directory);
    keytool("ca", "-genkeypair", "-keyalg", "EC", "-dname", "CN=ca", "-ext", "bc:c");
    write("ca", "-exportcert", "-rfc");
  }

  /** Its own certificate, in PEM. */
  public Path certificate() {
    return directory.resolve("ca.pem");
  }

  /**
   * Makes a certificate with a key: {@link #certificateOf} and {@link #keyOf} have them in PEM.
   *
   * @param names as keytool writes them, such as {@code dns:host} or {@code ip:10.0.0.1}
   */
  public void vouch(String id, String names) throws IOException {
    vouch(id, names, "EC");
  }

  /**
   * The same.
   *
   * @param algorithm of the key, {@code EC} or {@code RSA}
   */
  public void vouch(String id, String names, String algorithm) throws IOException {
    keytool(id, "-genkeypair", "-keyalg", algorithm, "-dname", "CN=" + id);
    write(id, "-certreq");
    Path request = directory.resolve(id + ".pem");
    Path signed = directory.resolve(id + ".signed");
    keytool(
        "ca",
        "-gencert",
        "-rfc",
        "-ext",
        "san=" + names,
        "-infile",
        request.toString(),
        "-outfile",
        signed.toString());
    Files.writeString(
        certificateOf(id), Files.readString(signed) + Files.readString(certificate()));
    keytoolOn(id, "ca-of-" + id, "-importcert", "-noprompt", "-file", certificate().toString());
    keytool(id, "-importcert", "-noprompt", "-file", signed.toString());
    Files.writeString(keyOf(id), pem(id));
  }

  public Path certificateOf(String id) {
    return directory.resolve(id + ".crt");
  }

  public Path keyOf(String id) {
    return directory.resolve(id + ".key");
  }

  /** What a server uses that is known by an id. */
  public SSLContext server(String id) throws IOException, GeneralSecurityException {
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store(id), PASSWORD.toCharArray());
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), trusting(), null);
    return context;
  }

  /** Those whom it vouches for. */
  private TrustManager[] trusting() throws IOException, GeneralSecurityException {
    KeyStore own = KeyStore.getInstance("PKCS12");
    own.load(null, null);
    own.setCertificateEntry("ca", store("ca").getCertificate("ca"));
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(own);
    return trust.getTrustManagers();
  }

  private KeyStore store(String id) throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream file = Files.newInputStream(directory.resolve(id + ".p12"))) {
      store.load(file, PASSWORD.toCharArray());
    }
    return store;
  }

  private String pem(String id) throws IOException {
    try {
      PrivateKey key = (PrivateKey) store(id).getKey(id, PASSWORD.toCharArray());
      String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(key.getEncoded());
      return "-----BEGIN PRIVATE KEY-----\n" + text + "\n-----END PRIVATE KEY-----\n";
    } catch (GeneralSecurityException e) {
      throw new IOException(e);
    }
  }

  private void write(String id, String... command) throws IOException {
    List<String> all = new ArrayList<>(List.of(command));
    all.addAll(List.of("-file", directory.resolve(id + ".pem").toString()));
    keytool(id, all.toArray(String[]::new));
  }

  private void keytool(String id, String... command) throws IOException {
    keytoolOn(id, id, command);
  }

  private void keytoolOn(String store, String alias, String... command) throws IOException {
    List<String> all = new ArrayList<>();
    all.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    all.addAll(List.of(command));
    all.addAll(List.of("-alias", alias, "-storepass", PASSWORD));
    all.addAll(List.of("-keystore", directory.resolve(store + ".p12").toString()));
    Process process = new ProcessBuilder(all).redirectErrorStream(true).start();
    String told = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      if (process.waitFor() != 0) {
        throw new IOException(all + ": " + told);
      }
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }
}
