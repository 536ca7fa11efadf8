package io.jenkins.plugins.dockerfilebuild.jenkins.link;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
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
    String digest = digest(upload);
    if (!digest.equals(expected)) {
      // As where the disk was full. Whoever connects the agent next brings it again.
      Files.deleteIfExists(upload);
      throw new IOException("the agent runtime arrived damaged: it is " + digest);
    }
    Path unpacked = Files.createTempDirectory(folder.getParent(), "unpacking-");
    try {
      unpack(upload, unpacked);
      commit(unpacked, folder);
    } finally {
      if (Files.exists(unpacked)) {
        OldRuntimes.delete(unpacked);
      }
    }
    Files.deleteIfExists(upload);
  }

  private static String digest(Path file) throws IOException {
    MessageDigest sha256 = sha256();
    try (InputStream bytes = new DigestInputStream(Files.newInputStream(file), sha256)) {
      bytes.transferTo(OutputStream.nullOutputStream());
    }
    return HexFormat.of().formatHex(sha256.digest());
  }

  private static void unpack(Path file, Path folder) throws IOException {
    try (ZipInputStream zip = new ZipInputStream(Files.newInputStream(file))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        Path name = Path.of(entry.getName()).getFileName();
        if (!entry.isDirectory() && name != null) {
          Files.copy(zip, folder.resolve(name));
        }
      }
    }
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
