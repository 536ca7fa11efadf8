package io.jenkins.plugins.dockerfilebuild.jenkins;

import hudson.Extension;
import hudson.model.listeners.ItemListener;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import jenkins.model.Jenkins;

/**
 * Whether the controller is on its way down, which cuts off all agents; and the end of the builds
 * that run then. Jenkins closes the plugin's class loader when it goes: a thread that still runs
 * would die of a class that is not loaded yet.
 */
final class Shutdown {

  /** What a step's containers need to stop; Jenkins goes on without those that need longer. */
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(5);

  /** Threads of builds that a start of the controller will resume. */
  private static final Set<Thread> BUILDS = ConcurrentHashMap.newKeySet();

  /** The instance that has begun to end; null while none has. Tests have several in one JVM. */
  private static volatile Jenkins ending;

  private Shutdown() {}

  /**
   * Jenkins itself knows it late where a signal ends its process: the web server closes the
   * WebSockets of agents before it tells Jenkins. A build may still have something to say when
   * Jenkins has gone.
   */
  static boolean isUnderWay() {
    Jenkins jenkins = Jenkins.getInstanceOrNull();
    return jenkins == null
        || jenkins.equals(ending)
        || jenkins.isTerminating()
        || isProcessEnding();
  }

  /** Runs a build that ends, without a result, when the controller does. */
  static void run(Runnable build) {
    BUILDS.add(Thread.currentThread());
    try {
      build.run();
    } finally {
      BUILDS.remove(Thread.currentThread());
    }
  }

  /** The JVM refuses hooks from the moment at which it begins to run them. */
  private static boolean isProcessEnding() {
    Thread probe = new Thread(() -> {}, "dockerfile-build-probe");
    try {
      Runtime.getRuntime().addShutdownHook(probe);
      Runtime.getRuntime().removeShutdownHook(probe);
      return false;
    } catch (IllegalStateException e) {
      return true;
    }
  }

  /** Before other listeners, which close what builds use. */
  @Extension(ordinal = 1)
  public static final class Listener extends ItemListener {

    @Override
    public void onBeforeShutdown() {
      ending = Jenkins.getInstanceOrNull();
      Set<Thread> builds = Set.copyOf(BUILDS);
      builds.forEach(Thread::interrupt);
      long deadline = System.nanoTime() + PATIENCE_NANOS;
      try {
        for (Thread build : builds) {
          TimeUnit.NANOSECONDS.timedJoin(build, Math.max(1, deadline - System.nanoTime()));
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
