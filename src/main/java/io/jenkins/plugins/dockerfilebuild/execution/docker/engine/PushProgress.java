package io.jenkins.plugins.dockerfilebuild.execution.docker.engine;

import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.exception.DockerClientException;
import com.github.dockerjava.api.model.PushResponseItem;
import io.jenkins.plugins.dockerfilebuild.content.Digest;
import io.jenkins.plugins.dockerfilebuild.execution.PushListener;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads what the engine says while it pushes. Used by one thread at a time. */
final class PushProgress extends ResultCallback.Adapter<PushResponseItem> {

  private static final Set<String> DONE = Set.of("Pushed", "Layer already exists");

  /** The only line on it of an engine with {@link ImageStore#MANIFESTS} (28.5.2). */
  private static final Pattern PUSHED =
      Pattern.compile("\\S+: digest: (sha256:[0-9a-f]{64}) size: [0-9]+");

  private final PushListener listener;

  /** Layer, as the engine calls it → whether the registry has it. */
  private final Map<String, Boolean> layers = new HashMap<>();

  private long done;
  private String digest = "";

  PushProgress(PushListener listener) {
    this.listener = listener;
  }

  @Override
  public void onNext(PushResponseItem item) {
    if (item.isErrorIndicated()) {
      var detail = item.getErrorDetail();
      String message = detail == null ? "the engine does not say why" : detail.getMessage();
      onError(new DockerClientException(String.valueOf(message)));
    } else if (item.getAux() != null && item.getAux().getDigest() != null) {
      digest = item.getAux().getDigest();
    } else if (item.getStatus() != null) {
      Matcher pushed = PUSHED.matcher(item.getStatus());
      if (item.getId() != null) {
        layer(item.getId(), item.getStatus());
      } else if (pushed.matches()) {
        digest = pushed.group(1);
      }
    }
  }

  private void layer(String id, String status) {
    // The line that says "latest: digest: …" speaks of a tag.
    if (!status.startsWith("digest:") && !status.startsWith("The push refers")) {
      boolean isDone = DONE.contains(status) || status.startsWith("Mounted from");
      layers.merge(id, isDone, Boolean::logicalOr);
      long now = layers.values().stream().filter(layer -> layer).count();
      if (now > done) {
        done = now;
        listener.progress((int) done, layers.size());
      }
    }
  }

  /** What the registry calls the manifest. */
  Digest digest() {
    if (digest.isEmpty()) {
      throw new DockerClientException("the engine did not say what became of it");
    }
    return Digest.parse(digest);
  }
}
