package io.jenkins.plugins.dockerfilebuild.vault;

import io.jenkins.plugins.dockerfilebuild.content.Bytes;
import java.io.IOException;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Predicate;

/** A store in memory that fails when it is told to, and whose clock is set. */
final class MapObjects implements VaultObjects {

  private record Content(Bytes bytes, long modifiedMillis) {}

  private final NavigableMap<String, Content> all = new ConcurrentSkipListMap<>();
  private Predicate<String> failing = name -> false;
  private long now = 1_000_000;

  /** Refuses to store these from now on. */
  void fail(Predicate<String> names) {
    failing = names;
  }

  void advance(long millis) {
    now += millis;
  }

  List<String> names() {
    return List.copyOf(all.keySet());
  }

  void tamper(String name, byte[] bytes) {
    all.put(name, new Content(Bytes.of(bytes), now));
  }

  @Override
  public Optional<byte[]> get(String name, long offset, int most) {
    return Optional.ofNullable(all.get(name))
        .map(
            content -> {
              byte[] all = content.bytes.toArray();
              int from = (int) Math.min(offset, all.length);
              int to = (int) Math.min(all.length, offset + most);
              return Arrays.copyOfRange(all, from, Math.max(from, to));
            });
  }

  @Override
  public void put(String name, byte[] content) throws IOException {
    if (failing.test(name)) {
      throw new IOException("the store refuses " + name);
    }
    all.put(name, new Content(Bytes.of(content), now));
  }

  @Override
  public List<Stored> list(String prefix) {
    return all.tailMap(prefix).entrySet().stream()
        .takeWhile(entry -> entry.getKey().startsWith(prefix))
        .map(e -> new Stored(e.getKey(), e.getValue().bytes.size(), e.getValue().modifiedMillis))
        .toList();
  }

  @Override
  public List<String> folders() {
    return all.keySet().stream().map(name -> name.replaceFirst("/.*", "")).distinct().toList();
  }

  @Override
  public void delete(Collection<String> names) {
    all.keySet().removeAll(names);
  }

  @Override
  public void close() {}
}
