package io.jenkins.plugins.dockerfilebuild.execution.docker;

import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.Mount;
import com.github.dockerjava.api.model.MountType;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/**
 * A copy of a path of an image in a volume, to be mounted into one step: the engine unpacks it, so
 * nothing of it passes through this machine's file system, and whatever the step writes there is
 * gone with the volume.
 */
final class ImageVolume implements AutoCloseable {

  private static final String TARGET = "/.dockerfile-build";
  private static final String CONTENT = "content";

  private final Engine engine;
  private final String volume;

  private ImageVolume(Engine engine, String volume) {
    this.engine = engine;
    this.volume = volume;
  }

  /**
   * @throws IOException the path is not there, or cannot be copied
   */
  static ImageVolume copy(Engine engine, String session, String imageId, String path)
      throws IOException {
    String volume = Volumes.create(engine, session, Map.of());
    ImageVolume made = new ImageVolume(engine, volume);
    boolean complete = false;
    Mount mount = new Mount().withType(MountType.VOLUME).withSource(volume).withTarget(TARGET);
    try (StepContainer source = StepContainer.holding(engine, imageId, session);
        StepContainer writer =
            StepContainer.create(
                engine,
                imageId,
                session,
                command ->
                    command
                        .withEntrypoint("/")
                        .withHostConfig(HostConfig.newHostConfig().withMounts(List.of(mount))))) {
      copy(source.files(), path.isEmpty() ? "/" : path, writer.files());
      complete = true;
      return made;
    } finally {
      if (!complete) {
        made.close();
      }
    }
  }

  private static void copy(ContainerFiles from, String path, ContainerFiles to) throws IOException {
    try (ProducedStream archive =
        ProducedStream.of(
            "copy of " + path,
            out -> {
              try (ImageArchive in = ImageArchive.open(from, path);
                  TarArchiveOutputStream tar = new TarArchiveOutputStream(out)) {
                tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
                tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
                write(in, tar);
              }
            })) {
      try {
        to.write(TARGET, archive);
      } finally {
        archive.throwFailure();
      }
    }
  }

  private static void write(ImageArchive in, TarArchiveOutputStream tar) throws IOException {
    for (var next = in.next(); next.isPresent(); next = in.next()) {
      var header = next.get().header();
      header.setName(name(next.get().path()) + (header.isDirectory() ? "/" : ""));
      if (header.isLink()) {
        header.setLinkName(name(in.pathBelowRoot(header.getLinkName())));
      }
      tar.putArchiveEntry(header);
      in.content().transferTo(tar);
      tar.closeArchiveEntry();
    }
  }

  private static String name(String pathBelowRoot) {
    return pathBelowRoot.isEmpty() ? CONTENT : CONTENT + "/" + pathBelowRoot;
  }

  /** Where the engine finds the copy. */
  String path() {
    return Volumes.mountpoint(engine, volume) + "/" + CONTENT;
  }

  @Override
  public void close() {
    Volumes.remove(engine, volume);
  }
}
