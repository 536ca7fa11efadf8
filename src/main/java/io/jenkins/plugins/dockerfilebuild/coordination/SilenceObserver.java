package io.jenkins.plugins.dockerfilebuild.coordination;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * Finds out who has ended without saying so. Each participant writes a value that changes as long
 * as he is there; whoever has shown the same value for a whole lifetime, <em>by the clock of the
 * one who looks</em>, is taken to be gone. So clocks of different machines are never compared (as
 * in Kubernetes' leader election): a participant who renews in time by his own clock is never taken
 * for silent, whatever the clocks say. Thread-safe.
 *
 * @param <E> what a participant shows, with a way to tell who he is
 */
final class SilenceObserver<E> {

  /**
   * A record that nobody has looked at for so many lifetimes is forgotten, for whoever looked may
   * never come again; whoever does finds out anew who is silent.
   */
  private static final int REMEMBERED_LIFETIMES = 10;

  private final Duration lifetime;
  private final LongSupplier millis;
  private final Function<E, String> identity;

  /** By name, the one first that was not looked at for the longest time; guarded by this. */
  private final Map<String, Looked<E>> records = new LinkedHashMap<>(16, 0.75f, true);

  /** A record, by participant. */
  private record Looked<E>(Map<String, Seen<E>> seen, long atMillis) {}

  private record Seen<E>(E shown, long sinceMillis) {}

  /**
   * @param millis a clock that only goes forward
   */
  SilenceObserver(Duration lifetime, LongSupplier millis, Function<E, String> identity) {
    this.lifetime = lifetime;
    this.millis = millis;
    this.identity = identity;
  }

  /**
   * Looks at all participants of a record.
   *
   * @return those that are silent
   */
  synchronized Set<E> silent(String record, Iterable<E> participants) {
    long now = millis.getAsLong();
    Map<String, Seen<E>> before = seen(record);
    Map<String, Seen<E>> after = new HashMap<>();
    Set<E> silent = new HashSet<>();
    for (E participant : participants) {
      String id = identity.apply(participant);
      Seen<E> known = before.get(id);
      Seen<E> fresh =
          known != null && known.shown.equals(participant) ? known : new Seen<>(participant, now);
      after.put(id, fresh);
      if (now - fresh.sinceMillis > lifetime.toMillis()) {
        silent.add(participant);
      }
    }
    if (after.isEmpty()) {
      records.remove(record);
    } else {
      records.put(record, new Looked<>(after, now));
    }
    forgetOld(now - REMEMBERED_LIFETIMES * lifetime.toMillis());
    return silent;
  }

  private Map<String, Seen<E>> seen(String record) {
    Looked<E> looked = records.get(record);
    return looked == null ? Map.of() : looked.seen;
  }

  private void forgetOld(long millis) {
    Iterator<Looked<E>> oldestFirst = records.values().iterator();
    while (oldestFirst.hasNext() && oldestFirst.next().atMillis < millis) {
      oldestFirst.remove();
    }
  }
}
