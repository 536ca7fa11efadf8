package io.jenkins.plugins.dockerfilebuild.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Proxies of docker's {@code config.json}; its logins are tested against a registry. */
class DockerConfigTest {

  private static final String TWO_ENGINES =
      """
      {"proxies": {
        "default": {"httpProxy": "http://all:1", "noProxy": "localhost", "ftpProxy": ""},
        "unix:///a": {"httpsProxy": "http://a:1", "ftpProxy": "ftp://a:2", "allProxy": "x"}
      }}
      """;

  @TempDir private Path directory;
  private final List<String> damages = new ArrayList<>();

  private Map<String, String> proxies(String json, Map<String, String> given, String engine)
      throws IOException {
    Path file = Files.writeString(directory.resolve("config.json"), json);
    List<AgentOption> agents = List.of(AgentOption.parse("a=" + engine));
    return config(file).withProxies(given, new PoolChoice.Engines(agents, directory));
  }

  private DockerConfig config(Path file) {
    return new DockerConfig(file, "", failure -> damages.add(failure.getMessage()));
  }

  @Test
  void anEngineWithoutAnEntryHasTheDefaultsAndOneWithAnEntryThatAlone() throws IOException {
    assertThat(proxies(TWO_ENGINES, Map.of("A", "1"), "unix:///b"))
        .isEqualTo(Map.of("A", "1", "HTTP_PROXY", "http://all:1", "NO_PROXY", "localhost"));
    assertThat(proxies(TWO_ENGINES, Map.of(), "unix:///a"))
        .isEqualTo(Map.of("HTTPS_PROXY", "http://a:1", "FTP_PROXY", "ftp://a:2", "ALL_PROXY", "x"));
  }

  @Test
  void anArgumentThatIsGivenInAnyCaseCountsAlsoWhereItIsEmpty() throws IOException {
    assertThat(proxies(TWO_ENGINES, Map.of("http_proxy", "", "No_Proxy", "mine"), "unix:///b"))
        .isEqualTo(Map.of("http_proxy", "", "No_Proxy", "mine"));
  }

  @Test
  void aJoinedPoolHasTheDefaults() throws IOException {
    Path file = Files.writeString(directory.resolve("config.json"), TWO_ENGINES);

    assertThat(config(file).withProxies(Map.of(), new PoolChoice.Joined(List.of(), "")))
        .containsOnlyKeys("HTTP_PROXY", "NO_PROXY");
  }

  @Test
  void aFileWithoutProxiesOrNoFileAddsNothing() throws IOException {
    PoolChoice pool = new PoolChoice.Joined(List.of(), "");
    Path missing = directory.resolve("missing/config.json");

    assertThat(config(missing).withProxies(Map.of("A", "1"), pool)).isEqualTo(Map.of("A", "1"));
    assertThat(proxies("{\"proxies\": [\"x\"]}", Map.of(), "unix:///a")).isEmpty();
    assertThat(damages).isEmpty();
  }

  @Test
  void aDamagedFileIsToldOnceAndCountsAsOneThatSaysNothing() throws IOException {
    Path file = Files.writeString(directory.resolve("config.json"), "{\n");
    DockerConfig config = config(file);

    assertThat(config.withProxies(Map.of("A", "1"), new PoolChoice.Joined(List.of(), "")))
        .isEqualTo(Map.of("A", "1"));
    assertThat(config.of("registry.example")).isEmpty();
    assertThat(damages).containsExactly(file + " is not JSON (line 2)");
  }

  @Test
  void anEntryThatIsNoLoginIsToldAndGivesNone() throws IOException {
    Path file = directory.resolve("config.json");
    Files.writeString(
        file, "{\"auths\": {\"a\": {\"auth\": \"%%\"}, \"b\": {\"auth\": \"bm9uZQ==\"}}}");

    assertThat(config(file).of("a")).isEmpty();
    assertThat(config(file).of("b")).isEmpty();
    assertThat(damages)
        .hasSize(2)
        .allMatch(damage -> damage.contains("is not what \"docker login\""));
  }
}
