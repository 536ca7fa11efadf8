package io.jenkins.plugins.dockerfilebuild.execution.docker;

import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.Mount;
import com.github.dockerjava.api.model.MountType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** The first content of a cache directory: the files of an image, unpacked by the engine. */
final class CacheSeed {

  private static final String TARGET = "/.dockerfile-build";

  private CacheSeed() {}

  static void copy(Engine engine, String session, String imageId, Path directory)
      throws IOException {
    Mount mount =
        new Mount().withType(MountType.BIND).withSource(directory.toString()).withTarget(TARGET);
    try (StepContainer source = StepContainer.holding(engine, imageId, session);
        StepContainer writer =
            StepContainer.create(
                engine,
                imageId,
                session,
                command ->
                    command
                        .withEntrypoint("/")
                        .withHostConfig(HostConfig.newHostConfig().withMounts(List.of(mount))));
        var files = source.files().read("/")) {
      writer.files().write(TARGET, files);
    }
  }
}
