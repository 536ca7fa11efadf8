package io.jenkins.plugins.dockerfilebuild.scheduling;

import io.jenkins.plugins.dockerfilebuild.content.Digest;
import io.jenkins.plugins.dockerfilebuild.event.BuildEvent;
import io.jenkins.plugins.dockerfilebuild.execution.AgentLostException;
import io.jenkins.plugins.dockerfilebuild.execution.AgentServices;
import io.jenkins.plugins.dockerfilebuild.execution.ImageIndex;
import io.jenkins.plugins.dockerfilebuild.execution.PushListener;
import io.jenkins.plugins.dockerfilebuild.execution.RegistryLogins;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Pushes finished images from the agents that hold them, and tells how that goes. Those of several
 * platforms are pushed under a name of their own each, and then joined under the name that was
 * asked for: engines cannot push a list of images.
 */
public final class ImagePush {

  private final List<BuiltImage> images;
  private final RegistryLogins logins;
  private final Progress progress;

  /**
   * @param images of one build, one for each platform
   */
  public ImagePush(List<BuiltImage> images, RegistryLogins logins, Progress progress) {
    this.images = List.copyOf(images);
    this.logins = logins;
    this.progress = progress;
  }

  /**
   * Pushes under one of the tags that were asked for.
   *
   * @throws io.jenkins.plugins.dockerfilebuild.execution.PushFailedException the registry does not
   *     take it
   * @throws ImageLostException an agent that keeps one is lost
   */
  public void push(String tag) {
    if (images.size() == 1) {
      push(images.get(0).agent(), tag);
      return;
    }
    List<ImageIndex.Entry> entries = new ArrayList<>();
    for (BuiltImage image : images) {
      Digest digest = push(image.agent(), BuiltImage.tagFor(image.platform(), tag));
      entries.add(new ImageIndex.Entry(image.platform(), digest));
    }
    long begin = progress.millis();
    Agent agent = images.get(0).agent();
    ImageIndex index = new ImageIndex(tag, entries);
    Digest digest = ask(agent, services -> services.pushIndex(index, logins.forImage(tag)));
    progress.tell(at -> new BuildEvent.Pushed(at, tag, digest.toString(), at - begin));
  }

  private Digest push(Agent agent, String reference) {
    long begin = progress.millis();
    PushListener listener =
        (done, layers) ->
            progress.tell(
                at -> new BuildEvent.PushProgressed(at, reference, agent.name(), done, layers));
    Digest digest =
        ask(agent, services -> services.pushImage(reference, logins.forImage(reference), listener));
    progress.tell(at -> new BuildEvent.Pushed(at, reference, digest.toString(), at - begin));
    return digest;
  }

  private static Digest ask(Agent agent, Function<AgentServices, Digest> question) {
    try {
      return question.apply(agent.services());
    } catch (AgentLostException e) {
      throw new ImageLostException(agent, e);
    }
  }
}
