package io.jenkins.plugins.dockerfilebuild.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The rules of Go's golang.org/x/net/http/httpproxy. */
class ProxiesTest {

  private static boolean direct(String noProxy, String host, int port) throws IOException {
    Proxies proxies = Proxies.of(Map.of("HTTP_PROXY", "proxy:3128", "NO_PROXY", noProxy));
    return proxies.to("http", host, port).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      value = {
        "example.org example.org",
        "example.org a.example.org",
        "EXAMPLE.org A.Example.ORG",
        ".example.org a.example.org",
        "*.example.org a.example.org",
        "example.org:80 example.org",
        "other,example.org example.org",
        "* anything",
        "10.0.0.0/8 10.1.2.3",
        "10.1.2.3 10.1.2.3",
        "10.1.2.3:80 10.1.2.3",
        "fd00::/8 fd00::1",
        "fd00::/8 [fd00::1]",
        "[fd00::1]:80 fd00::1",
        "10.0.0.0/8 ::ffff:10.1.2.3",
        "none localhost",
        "none 127.0.0.1",
        "none 127.9.9.9",
        "none ::1",
      })
  void isAskedWithoutAProxy(String noProxy, String host) throws IOException {
    assertThat(direct(noProxy, host, 80)).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      value = {
        "example.org other.org",
        "example.org notexample.org",
        ".example.org example.org",
        "*.example.org example.org",
        "example.org:81 example.org",
        ":80 example.org",
        "10.0.0.0/8 11.1.2.3",
        "10.0.0.0/33 10.0.0.1",
        "10.0.0.0/8 ten.example.org",
        "10.1.2.3:81 10.1.2.3",
        "0.0.0.0/0 fd00::1",
        "exam* example.org",
        "3 10.1.2.3",
      })
  void isAskedThroughTheProxy(String noProxy, String host) throws IOException {
    assertThat(direct(noProxy, host, 80)).isFalse();
  }

  @Test
  void eachSchemeHasAProxyOfItsOwnAndUpperCaseComesFirst() throws IOException {
    Proxies proxies =
        Proxies.of(
            Map.of(
                "http_proxy", "http://lower:1",
                "HTTP_PROXY", "http://upper:2",
                "https_proxy", "https://me:p%40w@secure",
                "HTTPS_PROXY", ""));

    assertThat(proxies.to("http", "a", 80))
        .contains(new Proxy("http", "upper", 2, Optional.empty()));
    assertThat(proxies.to("https", "a", 443))
        .contains(new Proxy("https", "secure", 443, Optional.of("me:p@w")));
    assertThat(Proxies.of(Map.of("HTTP_PROXY", "p:1")).to("https", "a", 443)).isEmpty();
  }

  @Test
  void aProxyThatCannotBeUsedIsToldWithoutItsPassword() {
    Proxies proxies = Proxies.of(Map.of("https_proxy", "socks5://me:hush@proxy:1"));

    assertThatThrownBy(() -> proxies.to("https", "a", 443))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("HTTPS_PROXY")
        .hasMessageContaining("socks5")
        .hasMessageNotContaining("hush");
  }

  @Test
  void othersCountOnlyWhereAnEnvironmentNamesNoProxy() {
    Map<String, String> others = Map.of("HTTP_PROXY", "other:1", "NO_PROXY", "x");

    assertThat(Proxies.completed(Map.of("PATH", "/bin"), others))
        .containsEntry("HTTP_PROXY", "other:1")
        .containsEntry("NO_PROXY", "x")
        .containsEntry("PATH", "/bin");
    Map<String, String> own = Map.of("https_proxy", "own:1");
    assertThat(Proxies.completed(own, others)).isEqualTo(own);
  }

  @Test
  void programsAreToldInLowerCaseAndThatThisMachineNeedsNoProxy() {
    assertThat(Proxies.of(Map.of("HTTP_PROXY", "p:1", "NO_PROXY", "x")).forPrograms())
        .containsEntry("http_proxy", "p:1")
        .containsEntry("no_proxy", "x,localhost,127.0.0.1,127.0.0.0/8,::1");
    assertThat(Proxies.of(Map.of("PATH", "/bin")).forPrograms()).isEmpty();
  }
}
