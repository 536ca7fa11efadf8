package io.jenkins.plugins.dockerfilebuild.execution.docker;

import io.jenkins.plugins.dockerfilebuild.content.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;

/**
 * Digests of what paths of images hold: path, type, mode, owner, link target and bytes of all that
 * COPY --from would take; no times. Images never change, so each is read once. Thread-safe.
 */
final class ImageDigests {

  private final ImageContainers images;
  private final Map<String, Digest> known = new ConcurrentHashMap<>();

  ImageDigests(ImageContainers images) {
    this.images = images;
  }

  Digest digest(String imageId, List<String> paths, List<String> excludes) throws IOException {
    String question =
        String.join("\0", imageId, String.join("\0", paths), "", "", String.join("\0", excludes));
    Digest answer = known.get(question);
    if (answer == null) {
      answer = read(imageId, paths, excludes);
      known.put(question, answer);
    }
    return answer;
  }

  private Digest read(String imageId, List<String> paths, List<String> excludes)
      throws IOException {
    MessageDigest digester = Digest.sha256();
    try (ImageContainers.ImageContainer container = images.open(imageId)) {
      for (String path : paths) {
        Set<String> lines = new TreeSet<>();
        new ImageSelection(
                container.files(),
                imageId,
                excludes,
                (file, content) -> lines.add(line(file, content)))
            .select(path.isEmpty() ? "/" : path);
        for (String line : lines) {
          digester.update(
              Digest.of(line).hex().getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        }
        digester.update((byte) 0);
      }
    }
    return Digest.from(digester);
  }

  private static String line(ImageSelection.Selected file, InputStream content) throws IOException {
    TarArchiveEntry header = file.header();
    return String.join(
        "\0",
        file.place().inside(),
        String.valueOf((char) header.getLinkFlag()),
        Integer.toOctalString(header.getMode() & 07777),
        header.getLongUserId() + ":" + header.getLongGroupId(),
        header.isSymbolicLink() ? header.getLinkName() : "",
        file.linkTo().map(ImageSelection.Place::inside).orElse(""),
        header.isFile() ? digest(content).hex() : "");
  }

  private static Digest digest(InputStream content) throws IOException {
    MessageDigest digester = Digest.sha256();
    byte[] buffer = new byte[1 << 16];
    for (int n; (n = content.read(buffer)) > 0; ) {
      digester.update(buffer, 0, n);
    }
    return Digest.from(digester);
  }
}
