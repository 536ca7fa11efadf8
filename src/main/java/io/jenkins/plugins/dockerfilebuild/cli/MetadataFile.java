package io.jenkins.plugins.dockerfilebuild.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jenkins.plugins.dockerfilebuild.content.AtomicFiles;
import io.jenkins.plugins.dockerfilebuild.event.BuildEvent;
import io.jenkins.plugins.dockerfilebuild.execution.RegistryLogins;
import io.jenkins.plugins.dockerfilebuild.scheduling.BuiltImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * {@code --metadata-file FILE}: what was built, under the keys that {@code docker buildx build}
 * gives it. Written when the build has succeeded; as there, one that fails leaves the file alone.
 */
record MetadataFile(Path file) {

  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * Writes it. {@code containerimage.digest} is that of what was pushed, a list where there are
   * several platforms; of one image that was not pushed it is the image's id, as docker has it
   * where the engine keeps no manifests. Several images have no configuration in common, and one
   * that was pushed from an engine that keeps its images in containerd does not tell it.
   *
   * @param tags as they were asked for
   */
  void write(List<BuiltImage> images, List<String> tags, List<BuildEvent.Pushed> pushes) {
    ObjectNode json = JSON.createObjectNode();
    boolean one = images.size() == 1;
    Optional<String> pushed =
        pushes.stream()
            .filter(push -> tags.contains(push.reference()))
            .map(BuildEvent.Pushed::digest)
            .findFirst();
    // An image that is its manifest does not tell its configuration.
    if (one && !pushed.equals(Optional.of(images.get(0).imageId()))) {
      json.put("containerimage.config.digest", images.get(0).imageId());
    }
    pushed
        .or(() -> one ? Optional.of(images.get(0).imageId()) : Optional.empty())
        .ifPresent(digest -> json.put("containerimage.digest", digest));
    List<String> names =
        one || pushed.isPresent()
            ? tags
            : images.stream().flatMap(image -> image.tags().stream()).toList();
    if (!names.isEmpty()) {
      json.put("image.name", String.join(",", names.stream().map(MetadataFile::whole).toList()));
    }
    write(json);
  }

  private void write(ObjectNode json) {
    try {
      byte[] text = json.toPrettyString().getBytes(StandardCharsets.UTF_8);
      AtomicFiles.writeNamed(file, out -> out.write(text));
    } catch (IOException e) {
      String problem = "cannot write what was built to %s: %s".formatted(file, FileProblem.of(e));
      throw new CommandFailure(ExitStatus.FAILED, problem, List.of(), e);
    }
  }

  /** With its registry, and Docker Hub's folder for names that have none. */
  private static String whole(String tag) {
    String hub = RegistryLogins.DOCKER_HUB + "/";
    if (!RegistryLogins.registry(tag).equals(RegistryLogins.DOCKER_HUB)) {
      return tag;
    }
    String name = tag.replaceFirst("^(index\\.)?docker\\.io/", "");
    return hub + (name.contains("/") ? name : "library/" + name);
  }
}
