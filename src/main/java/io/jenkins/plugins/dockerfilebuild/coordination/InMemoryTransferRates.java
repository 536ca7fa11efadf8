package io.jenkins.plugins.dockerfilebuild.coordination;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Transfer rates of one process: moving averages in which the last transfer counts for a third, so
 * that a link that has become slow is seen within a few, and one slow transfer does not decide.
 * Bounded: routes that were not used for the longest time go. Thread-safe.
 */
public final class InMemoryTransferRates implements TransferRates {

  /** Some 200 bytes each. */
  private static final int MOST_ROUTES = 1_000;

  private static final double WEIGHT_OF_LAST = 1 / 3.0;

  /** A transfer below this tells how long one takes at all, one above it how fast bytes are. */
  private static final long SMALL_BYTES = 256 << 10;

  /**
   * Before anything is known: as seen between two engines of one machine, a network being slower.
   */
  private static final Rate UNKNOWN = new Rate(0.3, 50e6);

  private final Map<Route, Rate> rates;

  public InMemoryTransferRates() {
    this(Map.of());
  }

  /**
   * @param known from earlier builds
   */
  InMemoryTransferRates(Map<Route, Rate> known) {
    rates = new LinkedHashMap<>(16, 0.75f, true);
    rates.putAll(known);
  }

  @Override
  public synchronized Rate rate(Route route) {
    Rate known = rates.get(route);
    return known != null ? known : rates.getOrDefault(ofReceiver(route), UNKNOWN);
  }

  @Override
  public synchronized void measured(Route route, long bytes, double seconds) {
    learn(route, bytes, seconds);
    if (!route.from().isEmpty()) {
      learn(ofReceiver(route), bytes, seconds);
    }
    while (rates.size() > MOST_ROUTES) {
      rates.remove(rates.keySet().iterator().next());
    }
  }

  private static Route ofReceiver(Route route) {
    return new Route(route.kind(), "", route.to());
  }

  private void learn(Route route, long bytes, double seconds) {
    boolean first = !rates.containsKey(route);
    Rate before = rate(route);
    if (bytes < SMALL_BYTES) {
      double overhead = average(before.overheadSeconds(), seconds, first);
      rates.put(route, new Rate(overhead, before.bytesPerSecond()));
    } else {
      // What one takes at all is not known better than to a half of a transfer.
      double moving = Math.max(seconds / 2, seconds - before.overheadSeconds());
      double speed = average(before.bytesPerSecond(), bytes / Math.max(1e-3, moving), first);
      rates.put(route, new Rate(before.overheadSeconds(), speed));
    }
  }

  /** Of the logarithms, for speeds differ by factors; a first measurement beats any guess. */
  private static double average(double before, double last, boolean first) {
    return first ? last : before * Math.pow(Math.max(1e-3, last) / before, WEIGHT_OF_LAST);
  }

  /** All that is known, the longest unused first. */
  synchronized Map<Route, Rate> all() {
    return new LinkedHashMap<>(rates);
  }

  @Override
  public void keep() {}
}
