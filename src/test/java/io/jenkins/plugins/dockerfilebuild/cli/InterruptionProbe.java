package io.jenkins.plugins.dockerfilebuild.cli;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** A process that is interrupted while it "builds"; started by {@link InterruptionTest}. */
final class InterruptionProbe {

  private InterruptionProbe() {}

  /** With the argument {@code stubborn} the build does not end when it is asked to. */
  public static void main(String[] arguments) throws InterruptedException {
    CommandIo io = CommandIo.ofProcess();
    ProgressDisplay display = ProgressDisplay.open(ProgressDisplay.Kind.PLAIN, List.of(), io);
    Interruption interruption = Interruption.guard(Duration.ofMinutes(2), display);
    try {
      io.out().println("building");
      io.out().flush();
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      if (arguments.length > 0) {
        new CountDownLatch(1).await();
      }
      io.out().println("containers are gone: " + interruption.requested());
      io.out().flush();
    } finally {
      interruption.close();
    }
  }
}
