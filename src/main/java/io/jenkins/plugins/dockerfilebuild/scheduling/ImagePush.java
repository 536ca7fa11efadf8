package io.jenkins.plugins.dockerfilebuild.scheduling;

import io.jenkins.plugins.dockerfilebuild.content.Digest;
import io.jenkins.plugins.dockerfilebuild.event.BuildEvent;
import io.jenkins.plugins.dockerfilebuild.execution.RegistryLogins;

/** Pushes a finished image from the agent that holds it, and tells how that goes. */
public final class ImagePush {

  private final Agent agent;
  private final RegistryLogins logins;
  private final Progress progress;

  public ImagePush(Agent agent, RegistryLogins logins, Progress progress) {
    this.agent = agent;
    this.logins = logins;
    this.progress = progress;
  }

  /**
   * Pushes one of the image's tags.
   *
   * @return the digest of the manifest in the registry
   * @throws io.jenkins.plugins.dockerfilebuild.execution.PushFailedException the registry does not
   *     take it
   */
  public Digest push(String reference) {
    long begin = progress.millis();
    Digest digest =
        agent
            .services()
            .pushImage(
                reference,
                logins.forImage(reference),
                (done, layers) ->
                    progress.tell(
                        at ->
                            new BuildEvent.PushProgressed(
                                at, reference, agent.name(), done, layers)));
    progress.tell(at -> new BuildEvent.Pushed(at, reference, digest.toString(), at - begin));
    return digest;
  }
}
