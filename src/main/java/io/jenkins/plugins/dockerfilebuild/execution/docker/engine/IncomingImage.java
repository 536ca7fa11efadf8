package io.jenkins.plugins.dockerfilebuild.execution.docker.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jenkins.plugins.dockerfilebuild.execution.docker.files.TarReader;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/**
 * An image's archive from another agent, whom nobody trusts: {@code docker load} would give the
 * image every name that stands in it, also those of base images of other builds. What passes is
 * what {@code docker save} writes of one image, without names.
 */
public final class IncomingImage {

  private static final String HEX = "[0-9a-f]{64}";
  private static final String MANIFEST = "manifest.json";

  /** Docker's layers and configurations, Podman's, and those of Docker 25 and later. */
  private static final Pattern FILE =
      Pattern.compile(HEX + "(?:/(?:layer\\.tar|json|VERSION)|\\.json|\\.tar)|blobs/sha256/" + HEX);

  /** A layer that stands twice, or under Podman's name for it. */
  private static final Pattern LINK_TARGET =
      Pattern.compile("(?:\\.\\./)?" + HEX + "(?:/layer)?\\.tar");

  private static final Pattern DIRECTORY = Pattern.compile("(?:" + HEX + "|blobs(?:/sha256)?)/");

  /** Files with names, which engines need not have where there is a manifest. */
  private static final Pattern LEFT_OUT = Pattern.compile("repositories|index\\.json|oci-layout");

  private static final int MOST_MANIFEST_BYTES = 16 << 20;
  private static final int BUFFER_BYTES = 64 << 10;
  private static final ObjectMapper JSON = new ObjectMapper();

  private IncomingImage() {}

  /**
   * Passes an archive on, and reads it to its end.
   *
   * @throws IOException it holds what no image's archive does
   */
  public static void pass(InputStream archive, OutputStream out) throws IOException {
    OutputStream buffered = new BufferedOutputStream(out, BUFFER_BYTES);
    TarArchiveOutputStream tar = new TarArchiveOutputStream(buffered);
    tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
    TarReader entries = new TarReader(archive);
    for (var entry = entries.next(); entry.isPresent(); entry = entries.next()) {
      pass(entry.get(), entries.content(), tar);
    }
    tar.finish();
    // Flushing the tar itself reaches no further than its own block.
    buffered.flush();
    archive.transferTo(OutputStream.nullOutputStream());
  }

  private static void pass(TarArchiveEntry entry, InputStream content, TarArchiveOutputStream tar)
      throws IOException {
    String name = entry.getName();
    byte kind = entry.getLinkFlag();
    boolean plain = kind == TarConstants.LF_NORMAL || kind == TarConstants.LF_OLDNORM;
    if (plain && name.equals(MANIFEST)) {
      byte[] manifest = nameless(content.readNBytes(MOST_MANIFEST_BYTES));
      put(new TarArchiveEntry(name), manifest.length, tar);
      tar.write(manifest);
    } else if (plain && FILE.matcher(name).matches()) {
      put(new TarArchiveEntry(name), entry.getSize(), tar);
      content.transferTo(tar);
    } else if (kind == TarConstants.LF_DIR && DIRECTORY.matcher(name).matches()) {
      put(new TarArchiveEntry(name), 0, tar);
    } else if (kind == TarConstants.LF_SYMLINK
        && FILE.matcher(name).matches()
        && LINK_TARGET.matcher(entry.getLinkName()).matches()) {
      TarArchiveEntry link = new TarArchiveEntry(name, TarConstants.LF_SYMLINK);
      link.setLinkName(entry.getLinkName());
      put(link, 0, tar);
    } else if (plain && LEFT_OUT.matcher(name).matches()) {
      return;
    } else {
      throw new IOException("the archive of the image holds what no image's does: " + name);
    }
    tar.closeArchiveEntry();
  }

  private static void put(TarArchiveEntry entry, long size, TarArchiveOutputStream tar)
      throws IOException {
    entry.setSize(size);
    tar.putArchiveEntry(entry);
  }

  private static byte[] nameless(byte[] manifest) throws IOException {
    JsonNode images = JSON.readTree(manifest);
    Optional<JsonNode> image = Optional.of(images.path(0)).filter(JsonNode::isObject);
    if (image.isEmpty() || images.size() != 1) {
      throw new IOException("the archive of the image has a manifest of something else");
    }
    ArrayNode kept = JSON.createArrayNode();
    ObjectNode only = kept.addObject();
    only.set("Config", image.get().path("Config"));
    only.putNull("RepoTags");
    only.set("Layers", image.get().path("Layers"));
    return JSON.writeValueAsBytes(kept);
  }
}
