package io.jenkins.plugins.dockerfilebuild.coordination;

import io.jenkins.plugins.dockerfilebuild.cachedirectory.CacheSharing;
import io.jenkins.plugins.dockerfilebuild.coordination.CacheDirectoryLeases.Holder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * Who holds one cache directory and, behind them, who waits for it, in the order in which they
 * came. Immutable; every change makes a new one.
 *
 * @param lastToken the largest that was granted
 */
public record LeaseQueue(long lastToken, List<Entry> entries) {

  static final LeaseQueue EMPTY = new LeaseQueue(0, List.of());

  public LeaseQueue {
    entries = List.copyOf(entries);
  }

  /**
   * One who waits and then holds.
   *
   * @param token 0 while waiting
   * @param sinceMillis since the epoch, by his clock: when he asked, then when he was granted
   * @param beat grows as long as he is there
   */
  public record Entry(
      String id, String who, CacheSharing sharing, long token, long sinceMillis, long beat) {

    boolean isGranted() {
      return token != 0;
    }

    Holder holder() {
      return new Holder(who, sharing, !isGranted(), sinceMillis);
    }
  }

  Optional<Entry> entry(String id) {
    return entries.stream().filter(entry -> entry.id.equals(id)).findFirst();
  }

  /** Those before an entry that it may not overtake. */
  List<Entry> ahead(Entry asking) {
    return entries.stream()
        .takeWhile(other -> !other.id.equals(asking.id))
        .filter(other -> conflict(other.sharing, asking.sharing))
        .toList();
  }

  private static boolean conflict(CacheSharing before, CacheSharing after) {
    boolean isolated = before == CacheSharing.PRIVATE || after == CacheSharing.PRIVATE;
    return !isolated && (before == CacheSharing.LOCKED || after == CacheSharing.LOCKED);
  }

  /** With an entry at the end, unless it is there already. */
  LeaseQueue joined(Entry entry) {
    if (entry(entry.id).isPresent()) {
      return this;
    }
    List<Entry> longer = new ArrayList<>(entries);
    longer.add(entry);
    return new LeaseQueue(lastToken, longer);
  }

  /**
   * With an entry granted, if nobody is ahead of it. Tokens follow the clock as well as one
   * another: so they exceed those of a time that everybody has forgotten.
   */
  LeaseQueue granted(String id, long nowMillis) {
    Optional<Entry> waiting = entry(id).filter(entry -> !entry.isGranted());
    if (waiting.isEmpty() || !ahead(waiting.get()).isEmpty()) {
      return this;
    }
    long token = Math.max(lastToken + 1, nowMillis * 1_000);
    UnaryOperator<Entry> grant =
        entry -> new Entry(entry.id, entry.who, entry.sharing, token, nowMillis, entry.beat);
    return new LeaseQueue(token, changed(id, grant));
  }

  /** Whether nobody holds it or waits for it, and the last lease was granted before that time. */
  boolean isUnusedSince(long millis) {
    return entries.isEmpty() && lastToken < millis * 1_000;
  }

  /** With a sign that someone is still there. */
  LeaseQueue beaten(String id) {
    UnaryOperator<Entry> beat =
        entry ->
            new Entry(
                entry.id, entry.who, entry.sharing, entry.token, entry.sinceMillis, entry.beat + 1);
    return new LeaseQueue(lastToken, changed(id, beat));
  }

  private List<Entry> changed(String id, UnaryOperator<Entry> change) {
    return entries.stream()
        .map(entry -> entry.id.equals(id) ? change.apply(entry) : entry)
        .toList();
  }

  LeaseQueue without(String id) {
    return new LeaseQueue(lastToken, entries.stream().filter(e -> !e.id.equals(id)).toList());
  }

  /** Without those that are exactly as they were seen; one who gave a sign since stays. */
  LeaseQueue withoutThose(Set<Entry> silent) {
    return new LeaseQueue(lastToken, entries.stream().filter(e -> !silent.contains(e)).toList());
  }
}
