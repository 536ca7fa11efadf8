package io.jenkins.plugins.dockerfilebuild.coordination;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.jenkins.plugins.dockerfilebuild.coordination.TransferRates.Kind;
import io.jenkins.plugins.dockerfilebuild.coordination.TransferRates.Route;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TransferRatesTest {

  private static final Route A_TO_B = new Route(Kind.IMAGE, "a", "b");
  private static final Route C_TO_B = new Route(Kind.IMAGE, "c", "b");
  private static final Route A_TO_D = new Route(Kind.IMAGE, "a", "d");
  private static final long MEGABYTE = 1_000_000;

  private static void slow(TransferRates rates) {
    for (int i = 0; i < 20; i++) {
      rates.measured(A_TO_B, MEGABYTE, 10);
    }
  }

  @Test
  void whatWasMeasuredIsExpectedAndTheReceiverIsKnownFromOtherSenders() {
    TransferRates rates = new InMemoryTransferRates();
    double unknown = rates.rate(A_TO_D).seconds(MEGABYTE);
    slow(rates);
    assertThat(rates.rate(A_TO_B).seconds(MEGABYTE)).isCloseTo(10, within(0.1));
    assertThat(rates.rate(C_TO_B).seconds(MEGABYTE)).isCloseTo(10, within(0.1));
    assertThat(rates.rate(A_TO_D).seconds(MEGABYTE)).isEqualTo(unknown);
  }

  @Test
  void aSmallTransferTellsWhatOneTakesAtAll() {
    TransferRates rates = new InMemoryTransferRates();
    double fast = rates.rate(A_TO_B).bytesPerSecond();
    for (int i = 0; i < 20; i++) {
      rates.measured(A_TO_B, 100, 2);
    }
    assertThat(rates.rate(A_TO_B).overheadSeconds()).isCloseTo(2, within(0.01));
    assertThat(rates.rate(A_TO_B).bytesPerSecond()).isEqualTo(fast);
  }

  @Test
  void aThousandRoutesAreKeptAndTheUnusedGo() {
    InMemoryTransferRates rates = new InMemoryTransferRates();
    for (int i = 0; i < 3_000; i++) {
      rates.measured(new Route(Kind.CACHE, "", "agent-" + i), MEGABYTE, 1);
    }
    assertThat(rates.all()).hasSize(1_000).containsKey(new Route(Kind.CACHE, "", "agent-2999"));
  }

  @Test
  void ratesOutliveTheProcess(@TempDir Path directory) {
    FileTransferRates rates = new FileTransferRates(directory);
    slow(rates);
    rates.keep();
    assertThat(new FileTransferRates(directory).rate(A_TO_B)).isEqualTo(rates.rate(A_TO_B));
  }

  @Test
  void aDamagedFileIsNoFile(@TempDir Path directory) throws IOException {
    FileTransferRates rates = new FileTransferRates(directory);
    slow(rates);
    rates.keep();
    for (String damage : new String[] {"", "[null]", "{}", "[{\"route\":null,\"rate\":null}]"}) {
      Files.writeString(directory.resolve("transfer-rates.v1.json"), damage);
      assertThat(new FileTransferRates(directory).rate(A_TO_B))
          .as(damage)
          .isEqualTo(new InMemoryTransferRates().rate(A_TO_B));
    }
  }
}
