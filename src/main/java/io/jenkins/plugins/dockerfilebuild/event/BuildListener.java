package io.jenkins.plugins.dockerfilebuild.event;

/** Receives a build's events, one at a time and in order. Must not block for long. */
@FunctionalInterface
public interface BuildListener {

  void on(BuildEvent event);
}
