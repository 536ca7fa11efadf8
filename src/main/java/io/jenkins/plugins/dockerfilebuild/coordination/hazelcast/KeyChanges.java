package io.jenkins.plugins.dockerfilebuild.coordination.hazelcast;

import com.hazelcast.core.EntryEvent;
import com.hazelcast.map.IMap;
import com.hazelcast.map.listener.EntryAddedListener;
import com.hazelcast.map.listener.EntryRemovedListener;
import com.hazelcast.map.listener.EntryUpdatedListener;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Wakes those who wait for a change of a key. Listens from the first one on who waits; what it is
 * told are keys, no values. Thread-safe.
 */
final class KeyChanges
    implements EntryAddedListener<String, Object>,
        EntryUpdatedListener<String, Object>,
        EntryRemovedListener<String, Object> {

  private final IMap<String, Object> map;
  private final Map<String, CountDownLatch> waiting = new ConcurrentHashMap<>();
  private boolean listening;

  KeyChanges(IMap<String, Object> map) {
    this.map = map;
  }

  /**
   * Waits for the next change, if there is still none.
   *
   * @param unchanged asked once a change cannot be missed any more
   */
  void await(String key, long millis, BooleanSupplier unchanged) throws InterruptedException {
    listen();
    CountDownLatch change = waiting.computeIfAbsent(key, k -> new CountDownLatch(1));
    if (!unchanged.getAsBoolean() || !change.await(millis, TimeUnit.MILLISECONDS)) {
      // Others who wait on it look again by themselves soon.
      waiting.remove(key, change);
    }
  }

  private synchronized void listen() {
    if (!listening) {
      new Attempts(map.getName()).until(() -> Optional.of(map.addEntryListener(this, false)));
      listening = true;
    }
  }

  @Override
  public void entryAdded(EntryEvent<String, Object> event) {
    changed(event);
  }

  @Override
  public void entryUpdated(EntryEvent<String, Object> event) {
    changed(event);
  }

  @Override
  public void entryRemoved(EntryEvent<String, Object> event) {
    changed(event);
  }

  private void changed(EntryEvent<String, Object> event) {
    CountDownLatch change = waiting.remove(event.getKey());
    if (change != null) {
      change.countDown();
    }
  }
}
