package io.jenkins.plugins.dockerfilebuild.jenkins.link;

import java.io.IOException;
import java.util.List;
import jenkins.security.MasterToSlaveCallable;

/** One request to a service of the runtime on an agent, bytes to bytes. */
final class RuntimeCall extends MasterToSlaveCallable<byte[], IOException> {

  private static final long serialVersionUID = 1L;

  private final RuntimeAddress runtime;
  private final String[] service;
  private final byte[] request;

  /**
   * @param service its name and what it is about, such as an engine's address
   */
  RuntimeCall(RuntimeAddress runtime, List<String> service, byte[] request) {
    this.runtime = runtime;
    this.service = service.toArray(String[]::new);
    this.request = request;
  }

  @Override
  public byte[] call() throws IOException {
    return LoadedRuntime.at(runtime).handle(service, request);
  }
}
