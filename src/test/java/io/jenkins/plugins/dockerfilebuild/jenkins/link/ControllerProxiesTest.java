package io.jenkins.plugins.dockerfilebuild.jenkins.link;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class ControllerProxiesTest {

  @Test
  void hostsThatJenkinsAsksItselfAreSeparatedByCommas() {
    assertThat(ControllerProxies.noProxy("*.corp.example\r\n10.1.2.3 a|b , c\n"))
        .isEqualTo("*.corp.example,10.1.2.3,a,b,c");
    assertThat(ControllerProxies.noProxy(null)).isEmpty();
  }

  @Test
  void anAddressOfTheRuntimeDoesNotTellTheProxysPassword() {
    RuntimeAddress address =
        new RuntimeAddress("0", "/agent", Map.of("HTTP_PROXY", "http://me:hush@proxy:1"));
    assertThat(address.toString()).isEqualTo("/agent/runtime/0");
  }
}
