package io.jenkins.plugins.dockerfilebuild.scheduling;

import io.jenkins.plugins.dockerfilebuild.content.Digest;
import io.jenkins.plugins.dockerfilebuild.content.ModificationTimes;
import io.jenkins.plugins.dockerfilebuild.content.Tree;
import io.jenkins.plugins.dockerfilebuild.content.TreeEntry;
import io.jenkins.plugins.dockerfilebuild.content.TreeFiles;
import io.jenkins.plugins.dockerfilebuild.coordination.TransferRates;
import io.jenkins.plugins.dockerfilebuild.coordination.TransferRates.Kind;
import io.jenkins.plugins.dockerfilebuild.coordination.TransferRates.Route;
import io.jenkins.plugins.dockerfilebuild.execution.AgentLostException;
import io.jenkins.plugins.dockerfilebuild.execution.TreeReference;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * Sends trees of the build context to agents: only what a step sees, and of that only what the
 * agent lacks. A tree's own blob goes last, so an agent that holds it holds its files. Thread-safe.
 */
final class ContextMoves {

  /** From here on it pays to look for an earlier tree. */
  private static final int MANY_FILES = 256;

  private final TreeFiles context;

  /** Agent and tree → the lock under which it is sent, so that two steps send it once. */
  private final Map<String, Object> locks = new ConcurrentHashMap<>();

  private final TransferRates rates;

  /** Agent and tree: what was sent, or was found there. */
  private final Set<String> sent = ConcurrentHashMap.newKeySet();

  ContextMoves(TreeFiles context, TransferRates rates) {
    this.context = context;
    this.rates = rates;
  }

  /** Whether this build knows the tree to be on the agent. */
  boolean isSent(Tree tree, String agent) {
    return sent.contains(name(tree, agent));
  }

  private static String name(Tree tree, String agent) {
    return agent + " " + tree.digest();
  }

  /**
   * Has a tree and its times on the agent.
   *
   * @param earlier trees that resemble it and that the agent may hold, so that it need not be asked
   *     for each file
   * @return bytes sent
   */
  long send(Tree tree, Supplier<List<Tree>> earlier, Agent agent) {
    String name = name(tree, agent.name());
    Object lock = locks.computeIfAbsent(name, key -> new Object());
    synchronized (lock) {
      try {
        long begin = System.nanoTime();
        long bytes = sendMissing(tree, earlier, agent);
        sent.add(name);
        if (bytes > 0) {
          double seconds = (System.nanoTime() - begin) / 1e9;
          rates.measured(new Route(Kind.CONTEXT, "", agent.name()), bytes, seconds);
        }
        return bytes;
      } catch (IOException e) {
        throw new AgentLostException(
            "the build context could not be sent to " + agent + ": " + e.getMessage(), e);
      }
    }
  }

  /** How a request names the tree. */
  static TreeReference reference(Tree tree) {
    return new TreeReference(tree.digest(), tree.times().map(ModificationTimes::digest));
  }

  private long sendMissing(Tree tree, Supplier<List<Tree>> earlier, Agent agent)
      throws IOException {
    TreeReference wanted = reference(tree);
    Set<Digest> asked = new HashSet<>(Set.of(wanted.tree()));
    wanted.times().ifPresent(asked::add);
    Set<Digest> missing = agent.services().missingBlobs(asked);
    long sent = 0;
    if (wanted.times().filter(missing::contains).isPresent()) {
      sent += sendBlob(tree.times().orElseThrow().encoded(), wanted.times().get(), agent);
    }
    if (missing.contains(wanted.tree())) {
      sent += sendFiles(tree, earlier, agent);
      sent += sendBlob(tree.encoded(), wanted.tree(), agent);
    }
    return sent;
  }

  private static long sendBlob(byte[] bytes, Digest digest, Agent agent) throws IOException {
    agent.services().storeBlobs(List.of(digest), any -> new ByteArrayInputStream(bytes));
    return bytes.length;
  }

  private long sendFiles(Tree tree, Supplier<List<Tree>> earlier, Agent agent) throws IOException {
    Map<Digest, Long> files = files(tree);
    if (files.size() >= MANY_FILES) {
      for (Tree before : earlier.get()) {
        if (agent.services().missingBlobs(Set.of(before.digest())).isEmpty()) {
          files.keySet().removeAll(files(before).keySet());
        }
      }
    }
    Set<Digest> missing = agent.services().missingBlobs(files.keySet());
    Set<Digest> carried = new HashSet<>(missing);
    carried.removeAll(context.storeBeside(agent.name(), missing));
    agent.services().storeBlobs(carried, context);
    return missing.stream().mapToLong(files::get).sum();
  }

  /** Contents and their sizes. */
  private static Map<Digest, Long> files(Tree tree) {
    Map<Digest, Long> files = new LinkedHashMap<>();
    for (TreeEntry entry : tree.entries()) {
      if (entry.type() == TreeEntry.Type.FILE) {
        files.put(Objects.requireNonNull(entry.content()), entry.size());
      }
    }
    return files;
  }
}
