package io.jenkins.plugins.dockerfilebuild.execution.link;

import java.util.concurrent.ThreadFactory;

/** Threads with a name that says what they are for; they do not keep the JVM alive. */
final class Threads {

  private Threads() {}

  static ThreadFactory named(String name) {
    return task -> {
      Thread thread = new Thread(task, "dockerfile-build-" + name);
      thread.setDaemon(true);
      return thread;
    };
  }
}
