package io.jenkins.plugins.dockerfilebuild.execution.docker;

/** A user and a group by number, as a file carries them. */
record Owner(int uid, int gid) {

  static final Owner ROOT = new Owner(0, 0);
}
