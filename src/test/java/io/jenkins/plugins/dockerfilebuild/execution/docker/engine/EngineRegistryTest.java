package io.jenkins.plugins.dockerfilebuild.execution.docker.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EngineRegistryTest {

  /** As an engine tells {@code insecure-registries} of its configuration. */
  private static final String CONFIGURATION =
      """
      {"InsecureRegistryCIDRs": ["127.0.0.0/8", "10.1.0.0/16", "192.0.2.128/25", "fd00::/8"],
       "IndexConfigs": {
         "docker.io": {"Secure": true}, "plain.example:5000": {"Secure": false},
         "10.1.0.9": {"Secure": true}}}
      """;

  @ParameterizedTest
  @CsvSource({
    "docker.io, false",
    "plain.example:5000, true",
    "10.1.0.9, false",
    "10.1.255.7:5000, true",
    "10.2.0.1:5000, false",
    "192.0.2.200, true",
    "192.0.2.100, false",
    "[fd12::1]:5000, true",
    "[fe80::1]:5000, false",
    "localhost:5000, true",
    "127.9.9.9:5000, true",
  })
  void registriesWithoutTlsAreNamedOrInANetwork(String host, boolean insecure) throws IOException {
    assertThat(EngineRegistry.isInsecure(host, new ObjectMapper().readTree(CONFIGURATION)))
        .isEqualTo(insecure);
  }
}
