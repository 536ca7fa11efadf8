package io.jenkins.plugins.dockerfilebuild.execution.docker.transfer;

import io.jenkins.plugins.dockerfilebuild.execution.StepRequest.NewDirectory;
import io.jenkins.plugins.dockerfilebuild.execution.docker.files.ContainerFiles;
import io.jenkins.plugins.dockerfilebuild.execution.docker.files.ContainerPath;
import io.jenkins.plugins.dockerfilebuild.execution.docker.files.ImageUsers;
import io.jenkins.plugins.dockerfilebuild.execution.docker.files.TransferException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/** Directories of WORKDIR: made with their parents where they are missing, owned by USER. */
public final class NewDirectories {

  private NewDirectories() {}

  /** Whether it was missing. */
  public static boolean make(ContainerFiles files, NewDirectory directory) throws IOException {
    ContainerPath path = ContainerPath.follow(files, directory.path());
    if (path.exists()) {
      return refuseUnlessDirectory(path);
    }
    List<String> missing = new ArrayList<>(path.missing());
    missing.add(path.path());
    ImageUsers.Owner owner = owner(files, directory.user());
    ByteArrayOutputStream archive = new ByteArrayOutputStream();
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(archive)) {
      tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
      tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
      for (String made : missing) {
        TarArchiveEntry entry = new TarArchiveEntry(made.substring(1) + "/");
        entry.setMode(0755);
        entry.setUserId(owner.uid());
        entry.setGroupId(owner.gid());
        entry.setModTime(java.nio.file.attribute.FileTime.from(Instant.now()));
        tar.putArchiveEntry(entry);
        tar.closeArchiveEntry();
      }
    }
    files.write("/", new ByteArrayInputStream(archive.toByteArray()));
    return true;
  }

  private static boolean refuseUnlessDirectory(ContainerPath path) {
    if (!path.isDirectory()) {
      throw new TransferException("WORKDIR: " + path.path() + " is not a directory");
    }
    return false;
  }

  /** A user that the image does not know is no error here: no command can run as him. */
  private static ImageUsers.Owner owner(ContainerFiles files, String user) throws IOException {
    return user.isEmpty() ? ImageUsers.ROOT : ImageUsers.of(files).owner(user, unknown -> {});
  }
}
