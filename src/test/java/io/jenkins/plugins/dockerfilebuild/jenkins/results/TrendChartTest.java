package io.jenkins.plugins.dockerfilebuild.jenkins.results;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Bars of the trend stand inside the chart, beside and on top of each other. */
class TrendChartTest {

  private static final String POINT = "#1";

  @Test
  void theHighestBarFillsTheChart() {
    TrendChart<String> chart = new TrendChart<>(List.of(POINT), point -> 3, point -> 1);
    assertThat(chart.getHighest()).isEqualTo(4);
    TrendChart.Bar<String> lower = chart.getBars().get(0);
    TrendChart.Bar<String> upper = chart.getBars().get(1);
    assertThat(lower.height()).isEqualTo(75);
    assertThat(lower.y() + lower.height()).isEqualTo(TrendChart.HEIGHT);
    assertThat(upper.y()).isZero();
    assertThat(upper.y() + upper.height()).isEqualTo(lower.y());
  }

  @Test
  void barsStandBesideEachOther() {
    TrendChart<String> chart =
        new TrendChart<>(Collections.nCopies(40, POINT), point -> 1, point -> 0);
    assertThat(chart.getBars()).hasSize(40);
    for (int i = 1; i < 40; i++) {
      TrendChart.Bar<String> before = chart.getBars().get(i - 1);
      assertThat(chart.getBars().get(i).x()).isGreaterThan(before.x() + before.width());
    }
    TrendChart.Bar<String> last = chart.getBars().get(39);
    assertThat(last.x() + last.width()).isLessThanOrEqualTo(TrendChart.WIDTH);
  }

  @Test
  void nothingToShowHasNoBars() {
    assertThat(new TrendChart<>(List.<String>of(), point -> 1, point -> 1).getBars()).isEmpty();
    assertThat(new TrendChart<>(List.of(POINT), point -> 0, point -> 0).getBars()).isEmpty();
  }
}
