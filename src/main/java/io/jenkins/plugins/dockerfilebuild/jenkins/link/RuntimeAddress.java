package io.jenkins.plugins.dockerfilebuild.jenkins.link;

import java.io.Serializable;
import java.util.Map;

/**
 * Where the agent runtime lies on an agent. Crosses the channel with every call.
 *
 * @param digest of the file, in hex: another release, another folder
 * @param home the folder of ours below the agent's {@code caches/}, absolute on the agent
 * @param proxies of the controller, as variables; count when the runtime is loaded
 */
record RuntimeAddress(String digest, String home, Map<String, String> proxies)
    implements Serializable {

  private static final long serialVersionUID = 1L;

  /** The folder that holds the unpacked runtime once it is complete. */
  String folder() {
    return home + "/runtime/" + digest;
  }

  /** Where the file is put before it is checked and unpacked. */
  String upload() {
    return home + "/runtime/" + digest + ".zip";
  }

  /** Where an engine's agent keeps its state. */
  String state() {
    return home + "/state";
  }

  /** Without the proxies, in which a password may stand. */
  @Override
  public String toString() {
    return folder();
  }
}
