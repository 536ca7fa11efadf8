package io.jenkins.plugins.dockerfilebuild.vault;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class S3AddressTest {

  private final S3Address address = S3Address.parse("s3://caches/team");

  @Test
  void bucketsOfOneNameInTwoStoresAreTwoVaults() {
    Map<String, String> here = Map.of("AWS_ENDPOINT_URL_S3", "http://10.0.0.5:9000");
    Map<String, String> there = Map.of("AWS_ENDPOINT_URL", "http://10.0.0.6:9000");

    assertThat(address.id(here)).matches("[0-9a-f]{32}").isNotEqualTo(address.id(there));
    assertThat(address.id(Map.of())).isNotIn(address.id(here), address.id(there));
  }

  @Test
  void whoeverWritesTheAddressAsHeLikesMeansTheSameVault() {
    assertThat(S3Address.parse("s3://caches//team/").id(Map.of())).isEqualTo(address.id(Map.of()));
  }
}
