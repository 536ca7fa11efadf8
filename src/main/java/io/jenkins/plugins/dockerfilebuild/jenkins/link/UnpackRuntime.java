package io.jenkins.plugins.dockerfilebuild.jenkins.link;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import jenkins.security.MasterToSlaveCallable;

/**
 * On an agent: makes the runtime ready, from the file that was put there if it is not yet. Answers
 * whether it is ready. Several may try at once; a folder with the runtime's name is complete.
 */
final class UnpackRuntime extends MasterToSlaveCallable<Boolean, IOException> {

  private static final long serialVersionUID = 1L;

  private final RuntimeAddress runtime;

  UnpackRuntime(RuntimeAddress runtime) {
    this.runtime = runtime;
  }

  @Override
  public Boolean call() throws IOException {
    Path folder = Path.of(runtime.folder());
    Path upload = Path.of(runtime.upload());
    if (!Files.isDirectory(folder) && Files.exists(upload)) {
      try {
        unpack(upload, folder, runtime.digest());
      } catch (NoSuchFileException e) {
        // Another was faster and has removed the file: then the folder is there.
        return Files.isDirectory(folder);
      }
    }
    return Files.isDirectory(folder);
  }

  private static void unpack(Path upload, Path folder, String expected) throws IOException {
    Path unpacked = Files.createTempDirectory(folder.getParent(), "unpacking-");
    String digest = unpack(upload, unpacked);
    if (!digest.equals(expected)) {
      throw new IOException("the agent runtime arrived damaged: it is " + digest);
    }
    commit(unpacked, folder);
    Files.deleteIfExists(upload);
  }

  private static String unpack(Path file, Path folder) throws IOException {
    MessageDigest sha256 = sha256();
    try (InputStream bytes = new DigestInputStream(Files.newInputStream(file), sha256)) {
      // Not closed: that would close the file before its last bytes are digested.
      ZipInputStream zip = new ZipInputStream(bytes);
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        Path name = Path.of(entry.getName()).getFileName();
        if (!entry.isDirectory() && name != null) {
          Files.copy(zip, folder.resolve(name));
        }
      }
      bytes.transferTo(java.io.OutputStream.nullOutputStream());
    }
    return HexFormat.of().formatHex(sha256.digest());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Whoever comes second finds the folder there, with the same files. */
  private static void commit(Path unpacked, Path folder) throws IOException {
    try {
      Files.move(unpacked, folder, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      throw e;
    } catch (IOException e) {
      if (!Files.isDirectory(folder)) {
        throw e;
      }
    }
  }
}
