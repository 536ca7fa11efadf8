package io.jenkins.plugins.dockerfilebuild.execution.link;

import io.jenkins.plugins.dockerfilebuild.execution.CacheReplicas.Use;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * A replica on an agent that is held for as long as this process polls for it, in a thread of its
 * own. So a build that dies, or whose link breaks, keeps no cache directory from others.
 */
final class HeldReplica {

  private final CompletableFuture<Use> opened = new CompletableFuture<>();
  private final Thread polling;

  private HeldReplica(AgentLink link, ReplicaCall.Hold call) {
    OperationSink sink =
        (event, answers) -> {
          if (event instanceof OperationEvent.Opened open) {
            opened.complete(open.use());
          }
        };
    polling = Threads.named("replica").newThread(() -> hold(link, call, sink));
  }

  /** Begins to take a directory. */
  static HeldReplica begin(AgentLink link, ReplicaCall.Hold call) {
    HeldReplica held = new HeldReplica(link, call);
    held.polling.start();
    return held;
  }

  private void hold(AgentLink link, ReplicaCall.Hold call, OperationSink sink) {
    try {
      var unused = new RemoteOperation<>(link, call, sink).await(1);
      opened.completeExceptionally(new IOException("the agent did not open the directory"));
    } catch (IOException | RuntimeException e) {
      opened.completeExceptionally(e);
    }
  }

  /** Waits until the directory is there. */
  Use use() throws IOException {
    try {
      return opened.get();
    } catch (InterruptedException e) {
      letGo();
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while waiting for a cache directory");
    } catch (ExecutionException e) {
      throw failure(e.getCause());
    }
  }

  private static RuntimeException failure(Throwable cause) throws IOException {
    if (cause instanceof IOException e) {
      throw e;
    }
    return cause instanceof RuntimeException e ? e : new IllegalStateException(cause);
  }

  /** Has the agent let go of it; does not wait. */
  void letGo() {
    polling.interrupt();
  }
}
