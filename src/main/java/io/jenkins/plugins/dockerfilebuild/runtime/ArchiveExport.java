package io.jenkins.plugins.dockerfilebuild.runtime;

import io.jenkins.plugins.dockerfilebuild.archive.DirectoryUnpacking;
import io.jenkins.plugins.dockerfilebuild.archive.OciArchive;
import io.jenkins.plugins.dockerfilebuild.archive.RootFilesystemArchive;
import io.jenkins.plugins.dockerfilebuild.content.AtomicFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Makes what the user wants of an image's archive, where both lie: so an image crosses the channel
 * once, and never lies on the controller.
 */
final class ArchiveExport {

  private ArchiveExport() {}

  /**
   * @param type {@code docker}, {@code oci}, {@code tar} or {@code local}
   * @param archive of {@code docker save}; is gone afterwards
   * @param target a file, or a directory for {@code local}
   * @param names of the image
   */
  static void make(String type, Path archive, Path target, List<String> names) throws IOException {
    try {
      Files.createDirectories(target.toAbsolutePath().getParent());
      switch (type) {
        case "docker" -> AtomicFiles.write(target, out -> Files.copy(archive, out));
        case "oci" -> AtomicFiles.write(target, out -> OciArchive.write(archive, names, out));
        case "tar" -> AtomicFiles.write(target, out -> RootFilesystemArchive.write(archive, out));
        case "local" ->
            DirectoryUnpacking.unpack(out -> RootFilesystemArchive.write(archive, out), target);
        default -> throw new IOException("there is no output of type " + type);
      }
    } finally {
      Files.deleteIfExists(archive);
    }
  }
}
