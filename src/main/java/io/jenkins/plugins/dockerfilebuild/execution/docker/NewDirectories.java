package io.jenkins.plugins.dockerfilebuild.execution.docker;

import io.jenkins.plugins.dockerfilebuild.execution.StepRequest.NewDirectory;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/** Directories of WORKDIR: made with their parents where they are missing, owned by USER. */
final class NewDirectories {

  private NewDirectories() {}

  static void make(ContainerFiles files, NewDirectory directory) throws IOException {
    ContainerPath path = ContainerPath.follow(files, directory.path());
    if (path.missing().isEmpty()) {
      return;
    }
    ImageUsers.Owner owner = owner(files, directory.user());
    ByteArrayOutputStream archive = new ByteArrayOutputStream();
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(archive)) {
      tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
      for (String missing : path.missing()) {
        TarArchiveEntry entry = new TarArchiveEntry(missing.substring(1) + "/");
        entry.setMode(0755);
        entry.setIds((int) owner.uid(), (int) owner.gid());
        entry.setModTime(java.nio.file.attribute.FileTime.from(Instant.now()));
        tar.putArchiveEntry(entry);
        tar.closeArchiveEntry();
      }
    }
    files.write("/", new ByteArrayInputStream(archive.toByteArray()));
  }

  /** A user that the image does not know owns nothing; root does, as for {@code docker build}. */
  private static ImageUsers.Owner owner(ContainerFiles files, String user) throws IOException {
    ImageUsers.Owner root = new ImageUsers.Owner(0, 0);
    if (user.isEmpty()) {
      return root;
    }
    Optional<ImageUsers.Owner> owner = ImageUsers.of(files).owner(user);
    return owner.orElse(root);
  }
}
