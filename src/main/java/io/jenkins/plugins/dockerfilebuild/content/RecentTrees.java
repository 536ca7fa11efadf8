package io.jenkins.plugins.dockerfilebuild.content;

import java.lang.ref.SoftReference;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The trees that were used last, for decoding a large one takes longer than using it. They go when
 * memory is short. Thread-safe.
 */
final class RecentTrees {

  private static final int SIZE = 8;

  /** The longest unused first; guarded by this. */
  private final Map<TreeDirectory.Identity, SoftReference<Tree>> trees =
      new LinkedHashMap<>(SIZE, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(
            Map.Entry<TreeDirectory.Identity, SoftReference<Tree>> eldest) {
          return size() > SIZE;
        }
      };

  synchronized Optional<Tree> find(TreeDirectory.Identity identity) {
    SoftReference<Tree> reference = trees.get(identity);
    return reference == null ? Optional.empty() : Optional.ofNullable(reference.get());
  }

  synchronized void remember(TreeDirectory.Identity identity, Tree tree) {
    trees.put(identity, new SoftReference<>(tree));
  }
}
