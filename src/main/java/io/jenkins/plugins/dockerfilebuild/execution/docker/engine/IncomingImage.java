package io.jenkins.plugins.dockerfilebuild.execution.docker.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.dockerfilebuild.execution.docker.files.TarReader;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
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

  private final Form form;
  private final ImageTar out;
  private Optional<JsonNode> manifest = Optional.empty();

  /** What tells the engine at the end which file is what. Used once, by one thread. */
  public interface Form {

    /** A file begins; what is answered is read instead of its content, which it must give. */
    InputStream file(String name, InputStream content);

    /** Another name of a file that is a layer. */
    void link(String name, String target);

    /**
     * All files have passed.
     *
     * @param image its line of {@code manifest.json}
     */
    void end(JsonNode image, ImageTar out) throws IOException;
  }

  private IncomingImage(Form form, ImageTar out) {
    this.form = form;
    this.out = out;
  }

  /**
   * Passes an archive on, and reads it to its end.
   *
   * @throws IOException it holds what no image's archive does
   */
  public static void pass(InputStream archive, Form form, OutputStream out) throws IOException {
    OutputStream buffered = new BufferedOutputStream(out, BUFFER_BYTES);
    ImageTar tar = new ImageTar(buffered);
    new IncomingImage(form, tar).pass(new TarReader(archive));
    tar.finish();
    // Flushing the tar itself reaches no further than its own block.
    buffered.flush();
    archive.transferTo(OutputStream.nullOutputStream());
  }

  private void pass(TarReader entries) throws IOException {
    for (var entry = entries.next(); entry.isPresent(); entry = entries.next()) {
      pass(entry.get(), entries.content());
    }
    form.end(
        manifest.orElseThrow(() -> new IOException("the archive of the image has no manifest")),
        out);
  }

  private void pass(TarArchiveEntry entry, InputStream content) throws IOException {
    String name = entry.getName();
    byte kind = entry.getLinkFlag();
    boolean plain = kind == TarConstants.LF_NORMAL || kind == TarConstants.LF_OLDNORM;
    if (plain && name.equals(MANIFEST)) {
      manifest = Optional.of(image(content.readNBytes(MOST_MANIFEST_BYTES)));
    } else if (plain && FILE.matcher(name).matches()) {
      out.put(name, entry.getSize(), form.file(name, content));
    } else if (kind == TarConstants.LF_DIR && DIRECTORY.matcher(name).matches()) {
      out.put(new TarArchiveEntry(name), new byte[0]);
    } else if (kind == TarConstants.LF_SYMLINK
        && FILE.matcher(name).matches()
        && LINK_TARGET.matcher(entry.getLinkName()).matches()) {
      TarArchiveEntry link = new TarArchiveEntry(name, TarConstants.LF_SYMLINK);
      link.setLinkName(entry.getLinkName());
      out.put(link, new byte[0]);
      form.link(name, entry.getLinkName());
    } else if (!plain || !LEFT_OUT.matcher(name).matches()) {
      throw new IOException("the archive of the image holds what no image's does: " + name);
    }
  }

  private static JsonNode image(byte[] manifest) throws IOException {
    JsonNode images = JSON.readTree(manifest);
    if (images.size() != 1 || !images.path(0).isObject()) {
      throw new IOException("the archive of the image has a manifest of something else");
    }
    return images.path(0);
  }
}
