package io.jenkins.plugins.dockerfilebuild.execution.docker.transfer;

import io.jenkins.plugins.dockerfilebuild.content.FileNames;
import io.jenkins.plugins.dockerfilebuild.execution.docker.files.FileAttributes;
import io.jenkins.plugins.dockerfilebuild.execution.docker.files.TarWriter;
import io.jenkins.plugins.dockerfilebuild.execution.docker.transfer.ImageSelection.Place;
import io.jenkins.plugins.dockerfilebuild.execution.docker.transfer.ImageSelection.Selected;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;

/**
 * Writes files of an image to this machine, with owners, modes, times, symbolic and hard links.
 * Devices and pipes are left out: no mount needs them, and a device on the host is a risk. So are
 * capabilities, which Java cannot set: a helper that lives by them does not work from a mount.
 *
 * <p>The archive comes from outside: every file is made anew, in a directory that is one, so
 * nothing is ever written through a symbolic link.
 */
final class HostUnpacking implements ImageSelection.Visitor {

  private static final int OWNER_ACCESS = 0700;

  /** A directory whose attributes come last: writing into it would change its time. */
  private record Unfinished(Path path, FileAttributes attributes) {}

  private final Path target;
  private final Deque<Unfinished> directories = new ArrayDeque<>();

  /**
   * @param target does not exist yet; becomes the source's root, a directory or a file
   */
  HostUnpacking(Path target) {
    this.target = target;
  }

  @Override
  public void visit(Selected file, InputStream content) throws IOException {
    TarArchiveEntry header = file.header();
    Path path = pathOf(file.place());
    FileAttributes attributes = file.attributes();
    if (file.linkTo().isPresent()) {
      Files.createLink(path, pathOf(file.linkTo().get()));
    } else if (header.isDirectory()) {
      Files.createDirectory(path);
      Files.setAttribute(path, "unix:mode", OWNER_ACCESS);
      directories.push(new Unfinished(path, attributes));
    } else if (header.isSymbolicLink()) {
      Files.createSymbolicLink(path, FileNames.path(header.getLinkName()));
      setOwner(path, attributes);
    } else if (!TarWriter.isSpecial(header)) {
      Files.copy(content, path);
      finish(path, attributes);
    }
  }

  /** Gives directories their attributes, the deepest first. To be called once, at the end. */
  void finish() throws IOException {
    while (!directories.isEmpty()) {
      Unfinished directory = directories.pop();
      finish(directory.path(), directory.attributes());
    }
  }

  private Path pathOf(Place place) throws IOException {
    if (place.inside().isEmpty()) {
      return target;
    }
    Path path = FileNames.resolve(target, place.inside()).normalize();
    Path parent = path.getParent();
    if (!path.startsWith(target) || !parent.toRealPath().equals(realTarget(parent))) {
      throw new IOException("refused to write " + place.inside() + ": it leaves its directory");
    }
    return path;
  }

  private Path realTarget(Path parent) throws IOException {
    return target.toRealPath(LinkOption.NOFOLLOW_LINKS).resolve(target.relativize(parent));
  }

  /** The owner first: changing it takes set-id bits away. */
  private static void finish(Path path, FileAttributes attributes) throws IOException {
    setOwner(path, attributes);
    Files.setAttribute(path, "unix:mode", attributes.mode());
    Files.setLastModifiedTime(path, FileTime.from(attributes.modified()));
  }

  /**
   * Changes the owner where it is another.
   *
   * @throws IOException this process may not: it is not root
   */
  static void setOwner(Path path, FileAttributes attributes) throws IOException {
    Map<String, Object> now = Files.readAttributes(path, "unix:uid,gid", LinkOption.NOFOLLOW_LINKS);
    if (!now.get("uid").equals((int) attributes.uid())) {
      Files.setAttribute(path, "unix:uid", (int) attributes.uid(), LinkOption.NOFOLLOW_LINKS);
    }
    if (!now.get("gid").equals((int) attributes.gid())) {
      Files.setAttribute(path, "unix:gid", (int) attributes.gid(), LinkOption.NOFOLLOW_LINKS);
    }
  }
}
