package io.jenkins.plugins.dockerfilebuild.execution.docker.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jenkins.plugins.dockerfilebuild.content.Digest;
import io.jenkins.plugins.dockerfilebuild.execution.ImageIndex;
import io.jenkins.plugins.dockerfilebuild.execution.PushFailedException;
import io.jenkins.plugins.dockerfilebuild.image.Platform;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * Manifests of one repository of a registry, by the OCI distribution specification: the engine API
 * cannot make a manifest list, so this is asked of the registry itself. Each call may be made by
 * any thread.
 */
public final class RegistryManifests {

  private static final ObjectMapper JSON = new ObjectMapper();

  private static final String DOCKER_IMAGE = "application/vnd.docker.distribution.manifest.v2+json";
  private static final String DOCKER_LIST =
      "application/vnd.docker.distribution.manifest.list.v2+json";
  private static final String OCI_IMAGE = "application/vnd.oci.image.manifest.v1+json";
  private static final String OCI_INDEX = "application/vnd.oci.image.index.v1+json";

  private final RegistryHttp registry;
  private final RegistryName name;

  /** The manifests of one repository. */
  public RegistryManifests(RegistryHttp registry, RegistryName name) {
    this.registry = registry;
    this.name = name;
  }

  /**
   * Puts a list of images, all of which are in this repository.
   *
   * @return the digest of the list there
   * @throws PushFailedException the registry does not take it
   */
  public Digest putIndex(List<ImageIndex.Entry> images) {
    try {
      ArrayNode entries = JSON.createArrayNode();
      boolean oci = true;
      for (ImageIndex.Entry image : images) {
        ObjectNode entry = entry(image);
        oci &= entry.path("mediaType").asText().equals(OCI_IMAGE);
        entries.add(entry);
      }
      // Registries may refuse an OCI index of Docker's manifests, which is what engines push.
      String type = oci ? OCI_INDEX : DOCKER_LIST;
      ObjectNode index = JSON.createObjectNode().put("schemaVersion", 2).put("mediaType", type);
      index.set("manifests", entries);
      return put(type, JSON.writeValueAsBytes(index));
    } catch (IOException e) {
      throw new PushFailedException(
          "the manifest list \"%s\" cannot be pushed: %s".formatted(name, e.getMessage()), e);
    }
  }

  private ObjectNode entry(ImageIndex.Entry image) throws IOException {
    String accepted = String.join(", ", DOCKER_IMAGE, OCI_IMAGE);
    RegistryHttp.Answer answer =
        registry.get(name.path(image.manifest().toString()), Map.of("Accept", accepted));
    RegistryHttp.refuseFailure(answer, "the manifest for " + image.platform());
    byte[] manifest = answer.body().toArray();
    if (!Digest.of(manifest).equals(image.manifest())) {
      throw new IOException("the registry's manifest for " + image.platform() + " is not ours");
    }
    JsonNode content = JSON.readTree(manifest);
    Platform platform = Platform.parse(image.platform());
    ObjectNode entry = JSON.createObjectNode();
    entry.put("mediaType", content.path("mediaType").asText(OCI_IMAGE));
    entry.put("size", manifest.length);
    entry.put("digest", image.manifest().toString());
    ObjectNode told = entry.putObject("platform");
    told.put("architecture", platform.architecture()).put("os", platform.os());
    if (!platform.variant().isEmpty()) {
      told.put("variant", platform.variant());
    }
    return entry;
  }

  private Digest put(String type, byte[] index) throws IOException {
    RegistryHttp.Answer answer = registry.put(name.path(name.tag()), type, index);
    RegistryHttp.refuseFailure(answer, "the manifest list");
    return Digest.of(index);
  }
}
