package io.jenkins.plugins.dockerfilebuild.execution;

/** Hears how a push goes on. Called by one thread. */
@FunctionalInterface
public interface PushListener {

  /**
   * @param done layers that the registry has, of {@code layers} that are known so far
   */
  void progress(int done, int layers);
}
