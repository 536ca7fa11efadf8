package io.jenkins.plugins.dockerfilebuild.content;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ForkJoinTask;
import java.util.concurrent.RecursiveTask;

/**
 * Gathers what is below a directory of the context and passes a filter; directories are listed in
 * parallel. A directory that is itself left out is there if anything below it is, since that needs
 * a parent (fsutil, which BuildKit sends contexts with, does the same).
 */
final class ContextCollector extends RecursiveTask<List<ContextNode>> {

  private static final long serialVersionUID = 1L;

  // Tasks are serializable by type only; none of ours ever leaves the process.
  private final transient ContextNode.Directory directory;
  private final transient ContextFilter filter;
  // Length of the selected directory's path with its slash: where filtered paths begin.
  private final int prefix;

  private ContextCollector(ContextNode.Directory directory, ContextFilter filter, int prefix) {
    this.directory = directory;
    this.filter = filter;
    this.prefix = prefix;
  }

  /** In no particular order; without {@code directory} itself. */
  static List<ContextNode> collect(ContextNode.Directory directory, ContextFilter filter) {
    int prefix = directory.path().isEmpty() ? 0 : directory.path().length() + 1;
    return Workers.invoke(new ContextCollector(directory, filter, prefix));
  }

  @Override
  protected List<ContextNode> compute() {
    List<ContextNode> found = new ArrayList<>();
    List<ContextCollector> below = new ArrayList<>();
    for (ContextNode child : directory.children()) {
      String path = child.path().substring(prefix);
      boolean wanted = filter.includes(path);
      if (child instanceof ContextNode.Directory subdirectory) {
        if (wanted || filter.mayIncludeBelow(path)) {
          below.add(new ContextCollector(subdirectory, filter, prefix));
        }
      } else if (wanted) {
        found.add(child);
      }
    }
    for (ContextCollector task : ForkJoinTask.invokeAll(below)) {
      List<ContextNode> rest = task.join();
      ContextNode.Directory subdirectory = task.directory;
      boolean wanted =
          subdirectory.isIncluded() && filter.includes(subdirectory.path().substring(prefix));
      if (wanted || !rest.isEmpty()) {
        found.add(subdirectory);
        found.addAll(rest);
      }
    }
    return found;
  }
}
