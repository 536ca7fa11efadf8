package io.jenkins.plugins.dockerfilebuild.execution.docker.engine;

import io.jenkins.plugins.dockerfilebuild.content.Digest;
import io.jenkins.plugins.dockerfilebuild.execution.ImageIndex;
import io.jenkins.plugins.dockerfilebuild.execution.PushFailedException;
import io.jenkins.plugins.dockerfilebuild.execution.RegistryLogin;
import io.jenkins.plugins.dockerfilebuild.http.CallLimits;
import io.jenkins.plugins.dockerfilebuild.http.HttpCalls;
import io.jenkins.plugins.dockerfilebuild.http.Proxies;
import io.jenkins.plugins.dockerfilebuild.http.Trust;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;

/**
 * Reaches registries as an engine of this machine does: through the proxies of the environment, and
 * trusting what the engine trusts. Thread-safe.
 */
public final class RegistryConnections {

  private static final CallLimits LIMITS =
      new CallLimits(Duration.ofSeconds(60), Duration.ofSeconds(60));

  /** An engine of its user and one of root have theirs in different places. */
  private static final List<String> FOLDERS =
      List.of("/etc/docker/certs.d", System.getProperty("user.home") + "/.config/docker/certs.d");

  private final Engine engine;
  private final Map<String, String> environment;
  private final List<Path> folders;

  /**
   * @param environment names proxies and whom to trust
   */
  public RegistryConnections(Engine engine, Map<String, String> environment) {
    this(engine, environment, FOLDERS.stream().map(Path::of).toList());
  }

  /**
   * @param folders with a folder {@code HOST[:PORT]} for each registry that needs one
   */
  RegistryConnections(Engine engine, Map<String, String> environment, List<Path> folders) {
    this.engine = engine;
    this.environment = environment;
    this.folders = folders;
  }

  /**
   * Puts a list of images under a name that their registry has.
   *
   * @throws PushFailedException the registry does not take it
   */
  public Digest putIndex(ImageIndex index, Optional<RegistryLogin> login) {
    RegistryName name = RegistryName.parse(index.reference());
    try {
      boolean insecure = new EngineRegistry(engine).isInsecure(name.host());
      RegistryHttp registry = insecure ? toAnybody(name.host(), login) : to(name.host(), login);
      return new RegistryManifests(registry, name).putIndex(index.images());
    } catch (IOException e) {
      throw new PushFailedException(
          "the manifest list \"%s\" cannot be pushed: %s".formatted(name, e.getMessage()), e);
    }
  }

  /** As the engine does: with TLS if the registry has it, whoever it is then, and else without. */
  RegistryHttp toAnybody(String host, Optional<RegistryLogin> login) {
    HttpCalls calls = HttpCalls.toAnybody(Proxies.of(environment), LIMITS);
    RegistryHttp secure = new RegistryHttp(calls, "https://" + host, login);
    try {
      secure.get("/v2/", Map.of());
      return secure;
    } catch (IOException e) {
      return new RegistryHttp(calls, "http://" + host, login);
    }
  }

  /** With TLS, and who it is must be known to the machine or by the registry's own folder. */
  RegistryHttp to(String host, Optional<RegistryLogin> login) throws IOException {
    Optional<Path> folder =
        folders.stream().map(all -> all.resolve(host)).filter(Files::isDirectory).findFirst();
    List<Path> authorities = folder.isPresent() ? authorities(folder.get()) : List.of();
    Optional<Trust.Identity> identity =
        folder.isPresent() ? identity(folder.get()) : Optional.empty();
    String advice =
        "the list of platforms is pushed by the agent, not by the engine; put the certificate of"
            + " its"
            + " authority into %s/ca.crt on the agent's machine, where the agent can read it"
                .formatted(folders.get(0).resolve(host));
    Trust trust = Trust.ofMachine(environment).with(authorities, identity, advice);
    HttpCalls calls = HttpCalls.trusting(trust, Proxies.of(environment), LIMITS);
    return new RegistryHttp(calls, "https://" + host, login);
  }

  private static List<Path> authorities(Path folder) throws IOException {
    return files(folder, ".crt");
  }

  private static List<Path> files(Path folder, String ending) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(ending)).sorted().toList();
    } catch (IOException e) {
      throw new IOException(
          "the folder %s, which says whom to trust, cannot be read".formatted(folder), e);
    }
  }

  /** The first certificate with its key, as the engine presents it. */
  private static Optional<Trust.Identity> identity(Path folder) throws IOException {
    List<Path> certificates = new ArrayList<>(files(folder, ".cert"));
    if (certificates.isEmpty()) {
      return Optional.empty();
    }
    Path certificate = certificates.get(0);
    Path key = Path.of(certificate.toString().replaceFirst("\\.cert$", ".key"));
    try {
      return Optional.of(new Trust.Identity(read(key), Trust.read(certificate)));
    } catch (IOException | GeneralSecurityException e) {
      throw new IOException(
          "%s with %s cannot be used to log in: %s".formatted(certificate, key, e.getMessage()), e);
    }
  }

  /** Keys are of any form that openssl writes; parameters of a curve may stand before them. */
  private static PrivateKey read(Path key) throws IOException, GeneralSecurityException {
    try (PEMParser pem = new PEMParser(Files.newBufferedReader(key))) {
      for (Object next = pem.readObject(); next != null; next = pem.readObject()) {
        Object found = next instanceof PEMKeyPair pair ? pair.getPrivateKeyInfo() : next;
        if (found instanceof PrivateKeyInfo own) {
          return KeyFactory.getInstance(algorithm(own.getPrivateKeyAlgorithm().getAlgorithm()))
              .generatePrivate(new PKCS8EncodedKeySpec(own.getEncoded()));
        }
      }
      throw new IOException("it holds no key in PEM");
    }
  }

  /** Java knows these two by their names alone. */
  private static String algorithm(ASN1ObjectIdentifier id) {
    if (id.equals(X9ObjectIdentifiers.id_ecPublicKey)) {
      return "EC";
    }
    return id.equals(PKCSObjectIdentifiers.rsaEncryption) ? "RSA" : id.getId();
  }
}
