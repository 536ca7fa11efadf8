package io.jenkins.plugins.dockerfilebuild.coordination;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** What the builds of one process share. Thread-safe. */
public final class InMemoryRecords<T> implements SharedRecords<T> {

  /** How many changes lie between two looks at what has become old. */
  private static final int SWEEP_EVERY = 1_000;

  private final Duration idle;
  private final ProcessClock clock;

  /** Guarded by this, as is what is below. */
  private final Map<String, Kept<T>> values = new HashMap<>();

  private int changes;

  private record Kept<T>(T value, long usedMillis) {}

  /**
   * @param idle after which a value that nobody uses may be forgotten
   */
  public InMemoryRecords(Duration idle, ProcessClock clock) {
    this.idle = idle;
    this.clock = clock;
  }

  @Override
  public synchronized Optional<T> get(String key) {
    Optional<T> value = Optional.ofNullable(values.get(key)).map(Kept::value);
    value.ifPresent(found -> keep(key, found));
    return value;
  }

  @Override
  public synchronized Map<String, T> getAll(Set<String> keys) {
    Map<String, T> found = new HashMap<>();
    keys.forEach(key -> get(key).ifPresent(value -> found.put(key, value)));
    return found;
  }

  @Override
  public synchronized Set<String> keys() {
    return Set.copyOf(values.keySet());
  }

  @Override
  public synchronized <R> R update(String key, Function<Optional<T>, Change<T, R>> edit) {
    Optional<T> before = get(key);
    Change<T, R> change = edit.apply(before);
    if (!change.next().equals(before)) {
      change.next().ifPresentOrElse(next -> keep(key, next), () -> values.remove(key));
      sweep();
      notifyAll();
    }
    return change.answer();
  }

  @Override
  public synchronized void awaitChange(String key, Optional<T> seen, long millis)
      throws InterruptedException {
    long deadline = System.nanoTime() + millis * 1_000_000;
    for (long left = millis; left > 0 && get(key).equals(seen); ) {
      wait(left);
      left = (deadline - System.nanoTime()) / 1_000_000;
    }
  }

  private void keep(String key, T value) {
    values.put(key, new Kept<>(value, now()));
  }

  /** A clock that is set must not make what is in use look old. */
  private long now() {
    return clock.forwardMillis().getAsLong();
  }

  private void sweep() {
    if (++changes % SWEEP_EVERY == 0) {
      long oldest = now() - idle.toMillis();
      values.values().removeIf(kept -> kept.usedMillis < oldest);
    }
  }
}
