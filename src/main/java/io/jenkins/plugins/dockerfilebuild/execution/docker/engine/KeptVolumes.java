package io.jenkins.plugins.dockerfilebuild.execution.docker.engine;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.dockerfilebuild.content.AtomicFiles;
import io.jenkins.plugins.dockerfilebuild.execution.StepLabels;
import io.jenkins.plugins.dockerfilebuild.execution.docker.files.HostLock;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Map;
import java.util.UUID;

/**
 * Volumes that an agent keeps on its engine. They carry the agent's name, a random one that lies in
 * its state directory: several agents may use one engine, also from other machines. All that they
 * hold can be made again, so volumes of agents that are no more are removed by any other.
 */
public final class KeptVolumes {

  /** The agent that a volume belongs to. */
  static final String OWNER = StepLabels.PREFIX + "agent";

  /** Changes whenever a volume is made anew. */
  public static final String GENERATION = StepLabels.PREFIX + "generation";

  private static final int ABBREVIATED = 12;

  private final Engine engine;
  private final String owner;

  private KeptVolumes(Engine engine, String owner) {
    this.engine = engine;
    this.owner = owner;
  }

  /**
   * @param root a directory of the agent's state, made if it is missing
   */
  public static KeptVolumes open(Engine engine, Path root) throws IOException {
    Path file = root.resolve("agent");
    HostLock.exclusive(root.resolve("agent.lock"))
        .releaseAfter(
            () -> {
              if (!Files.exists(file)) {
                String name = UUID.randomUUID().toString().replace("-", "");
                AtomicFiles.write(file, name.getBytes(StandardCharsets.US_ASCII));
              }
            });
    return new KeptVolumes(engine, Files.readString(file).strip());
  }

  /** The name of the agent's volume for a key of some dozen characters. */
  public String name(String key) {
    return Volumes.PREFIX + owner.substring(0, ABBREVIATED) + "-" + key;
  }

  /**
   * Makes a volume, in place of what has its name.
   *
   * @throws IOException a container has it
   */
  public void recreate(String key, String generation) throws IOException {
    String name = name(key);
    if (!Volumes.removeIfUnused(engine, name)) {
      throw new IOException("the volume " + name + " is in use");
    }
    Volumes.create(engine, name, Map.of(), Map.of(OWNER, owner, GENERATION, generation));
  }

  /** Removes volumes of other agents that nobody has changed since {@code limit}. */
  public void removeForeign(Instant limit) {
    for (JsonNode volume : new RawApi(engine).volumes(OWNER).path("Volumes")) {
      boolean foreign = !volume.path("Labels").path(OWNER).asText().equals(owner);
      if (foreign && isOlder(volume.path("CreatedAt").asText(), limit)) {
        Volumes.removeIfUnused(engine, volume.path("Name").asText());
      }
    }
  }

  private static boolean isOlder(String created, Instant limit) {
    try {
      return OffsetDateTime.parse(created).toInstant().isBefore(limit);
    } catch (DateTimeException unknown) {
      return false;
    }
  }
}
