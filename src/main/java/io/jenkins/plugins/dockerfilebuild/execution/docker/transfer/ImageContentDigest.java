package io.jenkins.plugins.dockerfilebuild.execution.docker.transfer;

import io.jenkins.plugins.dockerfilebuild.content.Digest;
import io.jenkins.plugins.dockerfilebuild.content.FileNames;
import io.jenkins.plugins.dockerfilebuild.execution.docker.files.FileAttributes;
import io.jenkins.plugins.dockerfilebuild.execution.docker.files.TarWriter;
import io.jenkins.plugins.dockerfilebuild.execution.docker.transfer.ImageSelection.Place;
import io.jenkins.plugins.dockerfilebuild.execution.docker.transfer.ImageSelection.Selected;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;

/**
 * Digests what paths of an image hold. Counts, as BuildKit's content hash does: path, type, mode,
 * owner, bytes, link target, device numbers and {@code security.capability}; never a time. A hard
 * link counts as the file that it is another name of. The order in which the engine tells files
 * does not matter.
 *
 * <p>Memory grows with the number of files, not with their bytes.
 */
final class ImageContentDigest implements ImageSelection.Visitor {

  /** First line of what is hashed; another version is another digest. */
  private static final String VERSION = "image-content/1";

  private final List<String> lines = new ArrayList<>();
  private final Map<Place, Digest> contents = new HashMap<>();

  @Override
  public void visit(Selected file, InputStream content) throws IOException {
    TarArchiveEntry header = file.header();
    FileAttributes attributes = file.attributes();
    Place place = file.place();
    lines.add(
        String.join(
            "\0",
            place.source(),
            place.inside(),
            Integer.toOctalString(attributes.mode()),
            attributes.uid() + ":" + attributes.gid(),
            xattrs(attributes),
            kindAndContent(file, header, content)));
  }

  /** The digest of all that was visited. */
  Digest digest() {
    lines.sort(null);
    return Digest.of(FileNames.bytes(VERSION + "\n" + String.join("\n", lines)));
  }

  private static String xattrs(FileAttributes attributes) {
    return new TreeMap<>(attributes.xattrs())
        .entrySet().stream()
            .map(xattr -> xattr.getKey() + "=" + Digest.of(xattr.getValue().toArray()))
            .collect(Collectors.joining(" "));
  }

  private String kindAndContent(Selected file, TarArchiveEntry header, InputStream content)
      throws IOException {
    if (header.isDirectory()) {
      return "directory";
    }
    if (header.isSymbolicLink()) {
      return "link " + header.getLinkName();
    }
    if (TarWriter.isSpecial(header)) {
      return "%c %d,%d".formatted(header.getLinkFlag(), header.getDevMajor(), header.getDevMinor());
    }
    Digest digest =
        file.linkTo().isPresent() ? contents.get(file.linkTo().get()) : digestOf(content);
    if (digest == null) {
      throw new IOException("the archive names a hard link before its file: " + header.getName());
    }
    contents.put(file.place(), digest);
    return "file " + digest;
  }

  private static Digest digestOf(InputStream content) throws IOException {
    MessageDigest digester = Digest.sha256();
    content.transferTo(new DigestOutputStream(OutputStream.nullOutputStream(), digester));
    return Digest.from(digester);
  }
}
