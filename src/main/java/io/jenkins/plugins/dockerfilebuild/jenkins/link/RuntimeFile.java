package io.jenkins.plugins.dockerfilebuild.jenkins.link;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** On the controller: the agent runtime as it lies in the plugin. */
final class RuntimeFile {

  private static final String NAME = "agent-runtime.zip";

  private RuntimeFile() {}

  /** The file's SHA-256 in hex. */
  static String digest() {
    return Digest.VALUE;
  }

  static InputStream open() {
    InputStream stream = RuntimeFile.class.getResourceAsStream(NAME);
    if (stream == null) {
      throw new IllegalStateException(NAME + " is missing: the plugin was not packaged completely");
    }
    return stream;
  }

  /** Taken once, when it is first needed. */
  private static final class Digest {

    private static final String VALUE = take();

    private static String take() {
      try {
        MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
        try (InputStream file = new DigestInputStream(open(), sha256)) {
          file.transferTo(OutputStream.nullOutputStream());
        }
        return HexFormat.of().formatHex(sha256.digest());
      } catch (IOException | NoSuchAlgorithmException e) {
        throw new IllegalStateException("the agent runtime cannot be read", e);
      }
    }
  }
}
