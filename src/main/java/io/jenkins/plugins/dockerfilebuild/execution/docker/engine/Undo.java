package io.jenkins.plugins.dockerfilebuild.execution.docker.engine;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * What must be undone, in reverse order, however far something came. Closing goes through all of
 * it, and then throws what failed last; what was undone is not undone again. Used by one thread.
 */
public final class Undo implements AutoCloseable {

  /** Undoes one thing. */
  @FunctionalInterface
  public interface Action {
    void run() throws IOException;
  }

  private final Deque<Action> actions = new ArrayDeque<>();

  /** Adds what closing does, before all that was added earlier. */
  public void add(Action action) {
    actions.push(action);
  }

  @Override
  public void close() throws IOException {
    if (!actions.isEmpty()) {
      Action last = actions.pop();
      try {
        last.run();
      } finally {
        close(); // an engine's refusal must not keep what others wait for
      }
    }
  }
}
