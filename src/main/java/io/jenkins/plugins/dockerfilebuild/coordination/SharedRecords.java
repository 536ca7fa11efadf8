package io.jenkins.plugins.dockerfilebuild.coordination;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Immutable values by key that several builds change, each value by compare-and-set. All that is
 * shared (leases, versions, flights) is such a value and rules that make the next one of it, so the
 * rules are written once and know nothing of where the values are. Values that nobody has looked at
 * for long may be forgotten. Thread-safe.
 *
 * <p>All methods may throw {@link CoordinationException}.
 *
 * @param <T> a record whose {@code equals} compares all that it holds
 */
public interface SharedRecords<T> {

  Optional<T> get(String key);

  /** The values of those keys that have one. */
  Map<String, T> getAll(Set<String> keys);

  Set<String> keys();

  /**
   * Replaces a value by what is made of it, again if another was faster.
   *
   * <p>The answer to a change may be lost on its way and the change be made: so {@code edit} may be
   * given what it has made itself, and must then answer as it did.
   *
   * @param edit gets the value as it is, empty for none
   * @return the answer to the edit that was made
   */
  <R> R update(String key, Function<Optional<T>, Change<T, R>> edit);

  /**
   * What an edit makes of a value.
   *
   * @param next empty to remove it
   */
  record Change<T, R>(Optional<T> next, R answer) {

    public static <T, R> Change<T, R> to(T next, R answer) {
      return new Change<>(Optional.of(next), answer);
    }
  }

  /** Returns when the value is not {@code seen} any more, or that time has passed, or before. */
  void awaitChange(String key, Optional<T> seen, long millis) throws InterruptedException;
}
