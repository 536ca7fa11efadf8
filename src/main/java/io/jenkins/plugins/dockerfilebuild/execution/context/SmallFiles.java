package io.jenkins.plugins.dockerfilebuild.execution.context;

import io.jenkins.plugins.dockerfilebuild.content.Digest;
import io.jenkins.plugins.dockerfilebuild.content.Tree;
import io.jenkins.plugins.dockerfilebuild.content.TreeEntry;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Small files of the context, fetched together with those after them in their tree, as they will be
 * asked for in that order: one round trip for some megabytes instead of one for each file.
 * Thread-safe; while a batch is on its way, others wait for it.
 */
final class SmallFiles {

  /** A file above this is worth a round trip of its own. */
  private static final long SMALL_BYTES = 256 << 10;

  /** Fetched and not yet asked for; what falls out is fetched again. */
  private static final long KEPT_BYTES = 16 << 20;

  private final Function<List<Digest>, List<byte[]>> fetch;

  // All guarded by "this".
  private final List<Digest> order = new ArrayList<>();
  private final Map<Digest, Long> sizes = new LinkedHashMap<>();
  private final Map<Digest, Integer> positions = new LinkedHashMap<>();
  private final Map<Digest, byte[]> fetched = new LinkedHashMap<>();
  private long fetchedBytes = 0;

  /**
   * @param fetch answers the contents of the first few of the files, at least of one
   */
  SmallFiles(Function<List<Digest>, List<byte[]>> fetch) {
    this.fetch = fetch;
  }

  synchronized void learn(Tree tree) {
    for (TreeEntry entry : tree.entries()) {
      Digest content = entry.content();
      if (content != null && entry.size() <= SMALL_BYTES && !sizes.containsKey(content)) {
        sizes.put(content, entry.size());
        positions.put(content, order.size());
        order.add(content);
      }
    }
  }

  /** The file's content, if it is a small one. */
  synchronized Optional<byte[]> take(Digest file) {
    Integer position = positions.get(file);
    if (position == null) {
      return Optional.empty();
    }
    if (!fetched.containsKey(file)) {
      fetchFrom(position);
    }
    Optional<byte[]> content = Optional.ofNullable(fetched.remove(file));
    content.ifPresent(bytes -> fetchedBytes -= bytes.length);
    return content;
  }

  private void fetchFrom(int position) {
    List<Digest> wanted = new ArrayList<>();
    long bytes = 0;
    for (int i = position; i < order.size() && bytes < ContextFrames.BATCH_BYTES; i++) {
      Digest file = order.get(i);
      if (!fetched.containsKey(file)) {
        wanted.add(file);
        bytes += sizes.getOrDefault(file, 0L) + Digest.LENGTH;
      }
    }
    List<byte[]> contents = fetch.apply(wanted);
    for (int i = 0; i < Math.min(wanted.size(), contents.size()); i++) {
      fetched.put(wanted.get(i), contents.get(i));
      fetchedBytes += contents.get(i).length;
    }
    dropOldest(wanted.get(0));
  }

  private void dropOldest(Digest keep) {
    var oldest = fetched.entrySet().iterator();
    while (fetchedBytes > KEPT_BYTES && oldest.hasNext()) {
      Map.Entry<Digest, byte[]> file = oldest.next();
      if (!file.getKey().equals(keep)) {
        fetchedBytes -= file.getValue().length;
        oldest.remove();
      }
    }
  }

  synchronized void clear() {
    fetched.clear();
    fetchedBytes = 0;
  }
}
