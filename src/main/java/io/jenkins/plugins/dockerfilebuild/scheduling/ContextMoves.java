package io.jenkins.plugins.dockerfilebuild.scheduling;

import io.jenkins.plugins.dockerfilebuild.content.Bytes;
import io.jenkins.plugins.dockerfilebuild.content.ContextTree;
import io.jenkins.plugins.dockerfilebuild.content.Digest;
import io.jenkins.plugins.dockerfilebuild.content.Tree;
import io.jenkins.plugins.dockerfilebuild.content.TreeEntry;
import io.jenkins.plugins.dockerfilebuild.execution.AgentLostException;
import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Sends trees of the build context to agents: only what a step sees, and of that only what the
 * agent lacks. A tree's own blob goes last, so an agent that holds it holds its files. Thread-safe.
 */
final class ContextMoves {

  private final ContextTree context;

  /** Agent and tree → the lock under which it is sent, so that two steps send it once. */
  private final Map<String, Object> locks = new ConcurrentHashMap<>();

  ContextMoves(ContextTree context) {
    this.context = context;
  }

  /**
   * @return bytes sent
   */
  long send(Tree tree, Agent agent) {
    Object lock = locks.computeIfAbsent(agent.name() + " " + tree.digest(), key -> new Object());
    synchronized (lock) {
      if (agent.services().missingBlobs(Set.of(tree.digest())).isEmpty()) {
        return 0;
      }
      try {
        return sendMissing(tree, agent);
      } catch (IOException e) {
        throw new AgentLostException(
            "the build context could not be sent to " + agent + ": " + e.getMessage(), e);
      }
    }
  }

  private long sendMissing(Tree tree, Agent agent) throws IOException {
    Map<Digest, Long> files = new LinkedHashMap<>();
    for (TreeEntry entry : tree.entries()) {
      if (entry.type() == TreeEntry.Type.FILE) {
        files.put(Objects.requireNonNull(entry.content()), entry.size());
      }
    }
    long sent = 0;
    for (Digest digest : agent.services().missingBlobs(files.keySet())) {
      try (InputStream bytes = context.open(digest)) {
        agent.services().storeBlob(digest, bytes);
      }
      sent += Objects.requireNonNull(files.get(digest));
    }
    Bytes manifest = Bytes.of(tree.encoded());
    agent.services().storeBlob(tree.digest(), manifest.openStream());
    return sent + manifest.size();
  }
}
