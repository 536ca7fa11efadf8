package io.jenkins.plugins.dockerfilebuild.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.dockerfilebuild.cachedirectory.CacheKey;
import io.jenkins.plugins.dockerfilebuild.cachedirectory.CacheSharing;
import io.jenkins.plugins.dockerfilebuild.cachedirectory.Kept;
import io.jenkins.plugins.dockerfilebuild.content.Bytes;
import io.jenkins.plugins.dockerfilebuild.content.Digest;
import io.jenkins.plugins.dockerfilebuild.execution.CacheReplicas;
import io.jenkins.plugins.dockerfilebuild.execution.docker.DirectoryVault;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A vault of objects: what counts, what never does, what is refused. Replicas are real ones. */
class ObjectVaultTest {

  /** As many of the largest as one batch carries. */
  private static final int CHUNKS = 4;

  private static final CacheKey KEY = new CacheKey("ns", "m2", "linux/amd64", "", 0755, 0, 0);

  @TempDir private Path temporary;
  private final Random random = new Random(20261125);
  private final MapObjects objects = new MapObjects();
  private ObjectVault vault;
  private CacheReplicas agent;
  private Path content;
  private CacheKey key = KEY;
  private long versions;

  @BeforeEach
  void anAgentAndAVault() throws IOException {
    vault = new ObjectVault("vault", objects, temporary.resolve("t"));
    agent = DirectoryVault.open(temporary.resolve("agent")).replicas();
    use(KEY);
  }

  /** Writes to another directory from now on. */
  private void use(CacheKey other) throws IOException {
    key = other;
    content = Files.createDirectories(temporary.resolve("agent").resolve(key.hex()).resolve("0"));
  }

  @Test
  void anAgentThatIsNewGetsWhatAnotherOneKept() throws IOException {
    write("large", 9_000_000);
    write("sub/small", 100);
    keep();

    CacheReplicas fresh = DirectoryVault.open(temporary.resolve("fresh")).replicas();
    assertThat(move(reopened(), fresh).complete()).isTrue();

    Path copy = temporary.resolve("fresh").resolve(KEY.hex()).resolve("0");
    assertThat(copy.resolve("sub/small")).hasSameBinaryContentAs(content.resolve("sub/small"));
    assertThat(copy.resolve("large")).hasSameBinaryContentAs(content.resolve("large"));
    assertThat(vault.verify(KEY).sound()).isEqualTo(1);
  }

  @Test
  void onlyWhatIsNewIsStoredAgain() throws IOException {
    write("large", 9_000_000);
    keep();
    long before = packBytes();
    write("new", 1_000);
    keep();

    assertThat(packBytes() - before).isBetween(1_000L, 2_000L);
    assertThat(reopened().inventory())
        .singleElement()
        .satisfies(held -> assertThat(held.number()).isEqualTo(2));
  }

  @Test
  void anUploadThatBrokeOffIsNeverSeenAndGoesADayLater() throws IOException {
    write("a", 100_000);
    keep();
    write("b", 100_000);
    for (String part : List.of("/packs/", "/indexes/", "/manifests/", "/versions/")) {
      objects.fail(name -> name.contains(part));
      assertThatThrownBy(this::keep).hasMessageContaining("the store refuses");
      assertThat(reopened().inventory())
          .singleElement()
          .satisfies(held -> assertThat(held.number()).isEqualTo(1));
    }
    objects.fail(name -> false);
    int withRest = objects.names().size();
    objects.advance(Duration.ofHours(30).toMillis());
    Files.delete(content.resolve("b"));
    write("c", 10);
    keep();
    assertThat(objects.names().size()).isLessThan(withRest + 4);
    assertThat(vault.verify(KEY).sound()).isEqualTo(1);
  }

  @Test
  void theLastTwoVersionsStayAndWhatTheyNeed() throws IOException {
    for (int i = 0; i < 6; i++) {
      write("changes", 300_000);
      write("stays" + i, 1_000);
      keep();
      objects.advance(Duration.ofDays(2).toMillis());
    }
    assertThat(objects.list(VaultNames.versions(KEY.hex()))).hasSize(2);
    assertThat(objects.list(VaultNames.manifests(KEY.hex()))).hasSize(2);
    CacheReplicas fresh = DirectoryVault.open(temporary.resolve("fresh")).replicas();
    assertThat(move(reopened(), fresh).complete()).isTrue();
    // Dead chunks do not gather: at most as much again as what lives, and the newest version.
    assertThat(packBytes()).isLessThan(4 * 310_000);
  }

  @Test
  void recordsOfStrangersAreNotBelieved() throws IOException {
    write("a", 100);
    keep();
    String good = objects.list(VaultNames.versions(KEY.hex())).get(0).name();
    String text = new String(objects.get(good, 0, 10_000).orElseThrow(), StandardCharsets.UTF_8);
    List<String> forged =
        List.of(
            "not json",
            text.replace("\"ns\"", "\"other\""),
            text.replace("\"number\":1", "\"number\":-1"),
            text.replaceFirst("\\[\"[0-9a-f]{64}\"\\]", "[\"../../secret\"]"),
            text.replaceFirst("\"manifest\":\"[^\"]*\"", "\"manifest\":\"x\""),
            "x".repeat(2 << 20));
    for (int i = 0; i < forged.size(); i++) {
      objects.tamper(
          VaultNames.versions(KEY.hex()) + "f%015x-0".formatted(i),
          forged.get(i).getBytes(StandardCharsets.UTF_8));
    }
    objects.tamper("no-key/versions/1-1", new byte[9]);
    assertThat(reopened().inventory())
        .singleElement()
        .satisfies(held -> assertThat(held.number()).isEqualTo(1));
  }

  @Test
  void recordsThatNobodyUnderstandsTakeNoOtherVersionAway() throws IOException {
    write("a", 100);
    keep();
    for (String number : List.of("f0", "f1")) {
      objects.tamper(
          VaultNames.versions(KEY.hex()) + number,
          "{\"format\":2}".getBytes(StandardCharsets.UTF_8));
    }
    objects.advance(Duration.ofDays(2).toMillis());
    write("b", 100);
    keep();

    assertThat(reopened().inventory())
        .singleElement()
        .satisfies(held -> assertThat(held.number()).isEqualTo(2));
    assertThat(reopened().verify(KEY).sound()).isEqualTo(1);
  }

  @Test
  void forgedPacksIndexesAndManifestsAreRefused() throws IOException {
    write("a", 100_000);
    write("b", 5_000_000);
    keep();
    for (String kind : List.of("packs", "indexes", "manifests")) {
      String name = objects.list(KEY.hex() + "/" + kind + "/").get(0).name();
      byte[] sound = objects.get(name, 0, 64 << 20).orElseThrow();
      for (byte[] forged : List.of(new byte[0], new byte[99], random(sound.length))) {
        objects.tamper(name, forged);
        CacheReplicas fresh =
            DirectoryVault.open(temporary.resolve(kind + forged.length)).replicas();
        assertThatThrownBy(
                () -> {
                  if (!move(reopened(), fresh).complete()) {
                    throw new IOException("left out");
                  }
                })
            .isInstanceOf(IOException.class);
      }
      objects.tamper(name, sound);
    }
    assertThat(vault.verify(KEY).damaged()).isZero();
  }

  @Test
  void aVaultOfManyDirectoriesKeepsFewInMemory() throws IOException {
    for (int i = 0; i < 20; i++) {
      use(new CacheKey("ns", "m" + i, "linux/amd64", "", 0755, 0, 0));
      write("a", 1_000);
      keep();
      CacheReplicas fresh = DirectoryVault.open(temporary.resolve("fresh" + i)).replicas();
      assertThat(move(vault, fresh).complete()).isTrue();
    }

    assertThat(vault.inventory()).hasSize(20);
    assertThat(vault.inMemory())
        .isLessThanOrEqualTo(ObjectVault.DIRECTORIES_KEPT + ObjectVault.PACKS_KEPT);
  }

  @ParameterizedTest
  @CsvSource({"indexes,false", "indexes,true", "packs,false", "packs,true"})
  void whatTheStoreLostIsStoredAgainWithTheNextVersion(String kind, boolean restarted)
      throws IOException {
    write("a", 100_000);
    keep();
    write("b", 100_000);
    keep();
    objects.delete(List.of(objects.list(KEY.hex() + "/" + kind + "/").get(0).name()));
    write("c", 100_000);
    vault = restarted ? reopened() : vault;
    keep();

    CacheReplicas fresh = DirectoryVault.open(temporary.resolve("fresh")).replicas();
    assertThat(move(reopened(), fresh).complete()).isTrue();
    Path copy = temporary.resolve("fresh").resolve(KEY.hex()).resolve("0");
    for (String file : List.of("a", "b", "c")) {
      assertThat(copy.resolve(file)).hasSameBinaryContentAs(content.resolve(file));
    }
    assertThat(reopened().verify(KEY).sound()).isEqualTo(1);
    // What was not lost is not stored again.
    assertThat(packBytes()).isLessThan(410_000);
  }

  @Test
  void whatIsLeftOfAVersionThatLostAnIndexCanBeRead() throws IOException {
    write("a", 100_000);
    keep();
    write("b", 100_000);
    keep();
    objects.delete(List.of(objects.list(VaultNames.indexes(KEY.hex())).get(0).name()));

    CacheReplicas fresh = DirectoryVault.open(temporary.resolve("fresh")).replicas();
    CacheReplicas.Applied applied = move(reopened(), fresh);
    assertThat(applied.complete()).isFalse();
    assertThat(applied.missing()).isPositive();
    assertThat(reopened().verify(KEY).damaged()).isEqualTo(1);
  }

  private ObjectVault reopened() {
    return new ObjectVault("vault", objects, temporary.resolve("t"));
  }

  private long packBytes() {
    return objects.list(VaultNames.packs(KEY.hex())).stream()
        .mapToLong(VaultObjects.Stored::bytes)
        .sum();
  }

  /** The agent's directory as it is now, as the next version in the vault. */
  private void keep() throws IOException {
    CacheReplicas.Use use = agent.open(key, CacheSharing.LOCKED, false);
    try {
      agent.scan(use.handle());
      agent.adopt(use.handle(), ++versions, 1_000 + versions);
    } finally {
      agent.close(use.handle());
    }
    try {
      move(agent, vault);
    } catch (IOException e) {
      versions--;
      throw e;
    }
  }

  /** As the caller relays. */
  private CacheReplicas.Applied move(CacheReplicas from, CacheReplicas to) throws IOException {
    CacheReplicas.HeldVersion version =
        from.inventory().stream().filter(held -> held.key().equals(key)).findFirst().orElseThrow();
    Digest manifest = version.manifest();
    CacheReplicas.Use use = to.open(key, CacheSharing.LOCKED, false);
    try {
      long offset = 0;
      for (Bytes part = from.readPatch(key, manifest, Optional.empty(), 0); part.size() > 0; ) {
        to.writePatch(use.handle(), part);
        offset += part.size();
        part = from.readPatch(key, manifest, Optional.empty(), offset);
      }
      int lacking = to.target(use.handle(), manifest, Kept.NOTHING).lackingChunks();
      for (int at = 0; at < lacking; at += CHUNKS) {
        CacheReplicas.Range range = new CacheReplicas.Range(at, at + CHUNKS);
        List<Digest> chunks =
            to.lacking(use.handle(), range).stream().map(CacheReplicas.Chunk::digest).toList();
        to.writeChunks(use.handle(), from.readChunks(key, manifest, chunks));
      }
      return to.apply(use.handle(), version.number(), version.publishedMillis());
    } finally {
      to.close(use.handle());
    }
  }

  private void write(String path, int size) throws IOException {
    Files.createDirectories(content.resolve(path).getParent());
    Files.write(content.resolve(path), random(size));
  }

  private byte[] random(int size) {
    byte[] bytes = new byte[size];
    random.nextBytes(bytes);
    return bytes;
  }
}
