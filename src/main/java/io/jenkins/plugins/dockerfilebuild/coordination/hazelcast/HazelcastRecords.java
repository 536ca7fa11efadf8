package io.jenkins.plugins.dockerfilebuild.coordination.hazelcast;

import com.hazelcast.map.IMap;
import com.hazelcast.nio.serialization.HazelcastSerializationException;
import io.jenkins.plugins.dockerfilebuild.coordination.SharedRecords;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Shared values in a distributed map, each an array of bytes that is replaced by compare-and-set.
 * The members know nothing of ours, neither classes nor the secret, so any cluster will do.
 * Thread-safe.
 */
final class HazelcastRecords<T> implements SharedRecords<T> {

  /** An event may be lost with the member that should have sent it. */
  private static final long RECHECK_MILLIS = 500;

  /** What others put there may be of any type. */
  private final IMap<String, Object> map;

  private final RecordEncoding<T> encoding;
  private final ClusterSeal seal;
  private final KeyChanges changes;

  HazelcastRecords(IMap<String, Object> map, Class<T> type, ClusterSeal seal) {
    this.map = map;
    this.encoding = new RecordEncoding<>(type);
    this.seal = seal;
    this.changes = new KeyChanges(map);
  }

  @Override
  public Optional<T> get(String key) {
    return new Attempts(key).until(() -> Optional.of(open(key, stored(key))));
  }

  @Override
  public Map<String, T> getAll(Set<String> keys) {
    return new Attempts(map.getName()).until(() -> Optional.of(openAll(keys)));
  }

  private Map<String, T> openAll(Set<String> keys) {
    Map<String, T> values = new HashMap<>();
    Map<String, Object> found = new HashMap<>();
    try {
      found.putAll(map.getAll(keys));
    } catch (HazelcastSerializationException e) {
      // One of them is none of ours; which one shows when each is asked for.
      keys.forEach(key -> stored(key).ifPresent(record -> found.put(key, record)));
    }
    found.forEach(
        (key, record) -> open(key, Optional.of(record)).ifPresent(v -> values.put(key, v)));
    return values;
  }

  @Override
  public Set<String> keys() {
    return new Attempts(map.getName()).until(() -> Optional.of(Set.copyOf(map.keySet())));
  }

  @Override
  public <R> R update(String key, Function<Optional<T>, Change<T, R>> edit) {
    return new Attempts(key)
        .until(
            () -> {
              Optional<Object> before = stored(key);
              Optional<T> value = open(key, before);
              Change<T, R> change = edit.apply(value);
              boolean done = change.next().equals(value) || replace(key, before, change.next());
              return done ? Optional.of(new Answer<>(change.answer())) : Optional.empty();
            })
        .value();
  }

  /** An answer that may be anything. */
  private record Answer<R>(R value) {}

  @Override
  public void awaitChange(String key, Optional<T> seen, long millis) throws InterruptedException {
    changes.await(key, Math.min(millis, RECHECK_MILLIS), () -> get(key).equals(seen));
  }

  private boolean replace(String key, Optional<Object> before, Optional<T> next) {
    Optional<byte[]> record = next.map(value -> seal.seal(place(key), encoding.encode(value)));
    if (before.isEmpty()) {
      return record.isEmpty() || map.putIfAbsent(key, record.get()) == null;
    }
    if (!(before.get() instanceof byte[])) {
      map.delete(key);
      return false;
    }
    return record.isPresent()
        ? map.replace(key, before.get(), record.get())
        : map.remove(key, before.get());
  }

  /** What stands there, whatever it is. */
  private Optional<Object> stored(String key) {
    try {
      return Optional.ofNullable(map.get(key));
    } catch (HazelcastSerializationException e) {
      return Optional.of(e);
    }
  }

  private Optional<T> open(String key, Optional<Object> stored) {
    if (stored.isEmpty()) {
      return Optional.empty();
    }
    Optional<T> value =
        stored.get() instanceof byte[] record
            ? seal.open(place(key), record).flatMap(encoding::decode)
            : Optional.empty();
    if (value.isEmpty()) {
      seal.warn(place(key));
    }
    return value;
  }

  private String place(String key) {
    return map.getName() + "/" + key;
  }
}
