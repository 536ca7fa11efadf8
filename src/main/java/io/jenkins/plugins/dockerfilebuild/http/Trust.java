package io.jenkins.plugins.dockerfilebuild.http;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/**
 * Whose certificates are believed, and who one is to servers that ask. Immutable; files are read
 * with each {@link #context}.
 */
public final class Trust {

  /** Where distributions have their bundle, in the order in which Go looks. */
  private static final List<Path> BUNDLES =
      List.of(
          Path.of("/etc/ssl/certs/ca-certificates.crt"),
          Path.of("/etc/pki/tls/certs/ca-bundle.crt"),
          Path.of("/etc/ssl/ca-bundle.pem"),
          Path.of("/etc/ssl/cert.pem"));

  private final List<Path> bundles;
  private final Optional<Identity> identity;
  private final String advice;

  /**
   * Who one is to servers that ask.
   *
   * @param chain the key's certificate, and those that vouch for it
   */
  public record Identity(PrivateKey key, List<Certificate> chain) {

    private KeyManager[] manager() throws GeneralSecurityException, IOException {
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      char[] none = new char[0];
      store.setKeyEntry("own", key, none, chain.toArray(Certificate[]::new));
      KeyManagerFactory factory =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      factory.init(store, none);
      return factory.getKeyManagers();
    }
  }

  private Trust(List<Path> bundles, Optional<Identity> identity, String advice) {
    this.bundles = bundles;
    this.identity = identity;
    this.advice = advice;
  }

  /**
   * What the JVM trusts, and what the machine does: the bundle that {@code SSL_CERT_FILE} names, or
   * the distribution's. A JVM reads that only where the distribution made it do so.
   */
  public static Trust ofMachine(Map<String, String> environment) {
    String named = environment.getOrDefault("SSL_CERT_FILE", "");
    List<Path> bundles =
        named.isEmpty()
            ? BUNDLES.stream().filter(Files::isReadable).limit(1).toList()
            : List.of(Path.of(named));
    return new Trust(
        bundles,
        Optional.empty(),
        "add its authority to the CA bundle of this machine, or name a bundle in SSL_CERT_FILE");
  }

  /**
   * The same for one server, with more authorities.
   *
   * @param authorities files of certificates in PEM
   * @param own who one is to the server; empty for nobody
   * @param advice what to do where the server is not trusted
   */
  public Trust with(List<Path> authorities, Optional<Identity> own, String advice) {
    List<Path> all = new ArrayList<>(bundles);
    all.addAll(authorities);
    return new Trust(all, own, advice);
  }

  String advice() {
    return advice;
  }

  /**
   * A context for connections.
   *
   * @throws IOException a file cannot be read, or holds something else
   */
  SSLContext context() throws IOException {
    try {
      KeyStore authorities = KeyStore.getInstance(KeyStore.getDefaultType());
      authorities.load(null, null);
      for (Certificate certificate : ofJvm()) {
        add(authorities, certificate);
      }
      for (Path bundle : bundles) {
        for (Certificate certificate : read(bundle)) {
          add(authorities, certificate);
        }
      }
      KeyManager[] keys = identity.isPresent() ? identity.get().manager() : new KeyManager[0];
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys, managers(Optional.of(authorities)), null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IOException("no TLS: " + e.getMessage(), e);
    }
  }

  private static void add(KeyStore authorities, Certificate certificate)
      throws GeneralSecurityException {
    authorities.setCertificateEntry("ca-" + authorities.size(), certificate);
  }

  private static List<X509Certificate> ofJvm() throws GeneralSecurityException {
    List<X509Certificate> all = new ArrayList<>();
    for (TrustManager manager : managers(Optional.empty())) {
      if (manager instanceof X509TrustManager x509) {
        all.addAll(List.of(x509.getAcceptedIssuers()));
      }
    }
    return all;
  }

  /**
   * @param authorities empty: the JVM's
   */
  private static TrustManager[] managers(Optional<KeyStore> authorities)
      throws GeneralSecurityException {
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(authorities.orElse(null));
    return factory.getTrustManagers();
  }

  /**
   * The certificates of a file in PEM, in their order.
   *
   * @throws IOException it cannot be read, or holds something else
   */
  public static List<Certificate> read(Path bundle) throws IOException {
    try (InputStream pem = Files.newInputStream(bundle)) {
      return List.copyOf(CertificateFactory.getInstance("X.509").generateCertificates(pem));
    } catch (CertificateException e) {
      throw new IOException(bundle + " does not hold certificates in PEM", e);
    } catch (IOException e) {
      throw new IOException("the certificates in " + bundle + " cannot be read", e);
    }
  }
}
