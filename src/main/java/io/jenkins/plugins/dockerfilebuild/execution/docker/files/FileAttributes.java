package io.jenkins.plugins.dockerfilebuild.execution.docker.files;

import io.jenkins.plugins.dockerfilebuild.content.Bytes;
import java.time.Instant;
import java.util.Map;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;

/**
 * What a tar entry says of a file beside its name and its bytes.
 *
 * @param mode permission bits with setuid, setgid and sticky ({@code 07777})
 * @param modified to the second: what the engine's archive API keeps
 * @param xattrs extended attributes by name; engines tell and take {@code security.capability}
 */
public record FileAttributes(
    int mode, long uid, long gid, Instant modified, Map<String, Bytes> xattrs) {

  public FileAttributes {
    xattrs = Map.copyOf(xattrs);
  }

  /** Those of a file of root without extended attributes. */
  public static FileAttributes ofRoot(int mode, Instant modified) {
    return new FileAttributes(mode, 0, 0, modified, Map.of());
  }

  static FileAttributes of(TarArchiveEntry entry, Map<String, Bytes> xattrs) {
    return new FileAttributes(
        entry.getMode() & 07777,
        entry.getLongUserId(),
        entry.getLongGroupId(),
        entry.getLastModifiedTime().toInstant(),
        xattrs);
  }

  /** The same with another mode. */
  public FileAttributes withMode(int newMode) {
    return new FileAttributes(newMode, uid, gid, modified, xattrs);
  }

  /** The same with another owner. */
  public FileAttributes withOwner(ImageUsers.Owner owner) {
    return new FileAttributes(mode, owner.uid(), owner.gid(), modified, xattrs);
  }
}
