package io.jenkins.plugins.dockerfilebuild.execution.docker.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.dockerfilebuild.content.Digest;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/**
 * Leaves layers out of an archive of {@code docker save} while it passes. Which file is which layer
 * stands in the archive's manifest, which comes last. So a file that may be a layer to be left out,
 * by its size, is put on disk until the manifest tells; all others pass at once. Of a layer whose
 * size is not known yet every file may be it: that is learned the first time. The order of files
 * does not matter to {@code docker load}, which unpacks all of them first.
 *
 * <p>Used once, by one thread.
 */
final class LayerSieve implements Closeable {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String MANIFEST = "manifest.json";
  private static final int MOST_MANIFEST_BYTES = 16 << 20;
  private static final int BUFFER_BYTES = 64 << 10;

  private final List<Digest> layers;
  private final Set<Digest> omit;
  private final Path spool;

  /** Sizes of the layers to be left out; empty: one of them is not known. */
  private final Optional<Set<Long>> suspectBytes;

  /** Files on disk that may be such layers, with their headers. */
  private final Map<TarArchiveEntry, Path> held = new LinkedHashMap<>();

  private final Map<String, Long> bytesOfFile = new HashMap<>();
  private Optional<JsonNode> manifest = Optional.empty();

  /**
   * @param layers of the image, lowest first
   * @param tarBytes what is known of the sizes of layers
   * @param spool a directory for files in passing
   */
  LayerSieve(List<Digest> layers, Set<Digest> omit, Map<Digest, Long> tarBytes, Path spool) {
    this.layers = List.copyOf(layers);
    this.omit = Set.copyOf(omit);
    this.spool = spool;
    this.suspectBytes = suspects(tarBytes);
  }

  private Optional<Set<Long>> suspects(Map<Digest, Long> tarBytes) {
    Set<Long> sizes = new HashSet<>();
    for (Digest layer : layers) {
      if (omit.contains(layer)) {
        if (!tarBytes.containsKey(layer)) {
          return Optional.empty();
        }
        sizes.add(tarBytes.get(layer));
      }
    }
    return Optional.of(sizes);
  }

  /**
   * Passes an archive on.
   *
   * @return the sizes of the image's layers, for the next time
   */
  Map<Digest, Long> pass(InputStream archive, OutputStream out) throws IOException {
    TarArchiveInputStream in = new TarArchiveInputStream(archive);
    OutputStream buffered = new BufferedOutputStream(out, BUFFER_BYTES);
    TarArchiveOutputStream tar = new TarArchiveOutputStream(buffered);
    tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
    tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
    for (TarArchiveEntry entry; (entry = in.getNextEntry()) != null; ) {
      if (entry.getName().equals(MANIFEST)) {
        byte[] content = in.readNBytes(MOST_MANIFEST_BYTES);
        manifest = Optional.of(JSON.readTree(content).path(0).path("Layers"));
        put(entry, tar, file -> file.write(content));
      } else if (isSuspect(entry)) {
        hold(entry, in);
      } else {
        put(entry, tar, in::transferTo);
      }
    }
    Map<Digest, Long> sizes = passHeld(tar);
    tar.finish();
    // Flushing the tar itself reaches no further than its own block.
    buffered.flush();
    return sizes;
  }

  private boolean isSuspect(TarArchiveEntry entry) {
    if (!entry.isFile() || entry.isSymbolicLink() || entry.isLink()) {
      return false;
    }
    bytesOfFile.put(entry.getName(), entry.getSize());
    return suspectBytes.map(sizes -> sizes.contains(entry.getSize())).orElse(true);
  }

  private void hold(TarArchiveEntry entry, InputStream content) throws IOException {
    Path file = Files.createTempFile(spool, "layer", ".tar");
    held.put(entry, file);
    Files.copy(content, file, StandardCopyOption.REPLACE_EXISTING);
  }

  /** What the manifest says is no layer to be left out goes on its way. */
  private Map<Digest, Long> passHeld(TarArchiveOutputStream tar) throws IOException {
    JsonNode files =
        manifest.orElseThrow(
            () -> new IOException("the engine's archive of the image has no manifest"));
    Set<String> omitted = new HashSet<>();
    Set<String> kept = new HashSet<>();
    Map<Digest, Long> sizes = new HashMap<>();
    for (int i = 0; i < layers.size(); i++) {
      String name = files.path(i).asText();
      (omit.contains(layers.get(i)) ? omitted : kept).add(name);
      if (bytesOfFile.containsKey(name)) {
        sizes.put(layers.get(i), bytesOfFile.get(name));
      }
    }
    omitted.removeAll(kept);
    for (Map.Entry<TarArchiveEntry, Path> one : held.entrySet()) {
      // A layer that stands twice is a link to the first, which may be left out.
      if (!omitted.contains(one.getKey().getName())) {
        put(one.getKey(), tar, file -> Files.copy(one.getValue(), file));
      }
    }
    return sizes;
  }

  @FunctionalInterface
  private interface Content {
    void writeTo(OutputStream out) throws IOException;
  }

  private static void put(TarArchiveEntry entry, TarArchiveOutputStream tar, Content content)
      throws IOException {
    tar.putArchiveEntry(entry);
    content.writeTo(tar);
    tar.closeArchiveEntry();
  }

  @Override
  public void close() throws IOException {
    for (Path file : held.values()) {
      Files.deleteIfExists(file);
    }
  }
}
