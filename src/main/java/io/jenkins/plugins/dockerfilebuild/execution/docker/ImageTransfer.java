package io.jenkins.plugins.dockerfilebuild.execution.docker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.dockerfilebuild.content.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/**
 * Images on their way to another engine: {@code docker save} without the layers that the receiver
 * has. Which file is which layer stands in the archive's manifest, which comes last, so the archive
 * is put down on disk first.
 */
final class ImageTransfer {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String MANIFEST = "manifest.json";

  private final RawApi api;
  private final Path spool;

  /**
   * @param spool a directory for archives in passing
   */
  ImageTransfer(Engine engine, Path spool) {
    this.api = new RawApi(engine);
    this.spool = spool;
  }

  void export(String imageId, List<Digest> layers, Set<Digest> omit, OutputStream out)
      throws IOException {
    Path archive = Files.createTempFile(spool, "image", ".tar");
    try {
      try (OutputStream file = Files.newOutputStream(archive)) {
        api.save(imageId, file);
      }
      copy(archive, omitted(archive, layers, omit), out);
    } finally {
      Files.deleteIfExists(archive);
    }
  }

  /** The names of the files that hold layers to be left out. */
  private static Set<String> omitted(Path archive, List<Digest> layers, Set<Digest> omit)
      throws IOException {
    Set<String> names = new HashSet<>();
    Set<String> kept = new HashSet<>();
    JsonNode files = manifest(archive).path(0).path("Layers");
    for (int i = 0; i < layers.size(); i++) {
      (omit.contains(layers.get(i)) ? names : kept).add(files.path(i).asText());
    }
    names.removeAll(kept);
    return names;
  }

  private static JsonNode manifest(Path archive) throws IOException {
    try (TarArchiveInputStream tar = new TarArchiveInputStream(Files.newInputStream(archive))) {
      for (TarArchiveEntry entry; (entry = tar.getNextEntry()) != null; ) {
        if (entry.getName().equals(MANIFEST)) {
          return JSON.readTree(tar.readAllBytes());
        }
      }
    }
    throw new IOException("the engine's archive of the image has no manifest");
  }

  private static void copy(Path archive, Set<String> omitted, OutputStream out) throws IOException {
    try (InputStream file = Files.newInputStream(archive);
        TarArchiveInputStream in = new TarArchiveInputStream(file)) {
      TarArchiveOutputStream tar = new TarArchiveOutputStream(out);
      tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
      tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
      for (TarArchiveEntry entry; (entry = in.getNextEntry()) != null; ) {
        // A layer that stands twice is a link to the first, which may be left out.
        if (!omitted.contains(entry.getName())) {
          tar.putArchiveEntry(entry);
          in.transferTo(tar);
          tar.closeArchiveEntry();
        }
      }
      tar.finish();
      tar.flush();
    }
  }
}
