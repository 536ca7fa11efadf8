package io.jenkins.plugins.dockerfilebuild.execution.docker.transfer;

import io.airlift.compress.zstd.ZstdOutputStream;
import io.jenkins.plugins.dockerfilebuild.content.Digest;
import io.jenkins.plugins.dockerfilebuild.content.ModificationTimes;
import io.jenkins.plugins.dockerfilebuild.content.Tree;
import io.jenkins.plugins.dockerfilebuild.content.TreeEntry;
import io.jenkins.plugins.dockerfilebuild.execution.StepRequest.ContextSource;
import io.jenkins.plugins.dockerfilebuild.execution.StepRequest.Transfer;
import io.jenkins.plugins.dockerfilebuild.execution.StepRequest.TransferSource;
import io.jenkins.plugins.dockerfilebuild.execution.TreeReference;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.ImageContainers;
import io.jenkins.plugins.dockerfilebuild.execution.docker.files.ContainerPath;
import io.jenkins.plugins.dockerfilebuild.execution.docker.files.FileAttributes;
import io.jenkins.plugins.dockerfilebuild.execution.docker.files.TarWriter;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/** Blobs, trees and a clock for transfers, and the words in which tests tell what they wrote. */
public final class TransferFixture {

  public static final Instant NOW = Instant.parse("2026-03-04T05:06:07Z");

  private final Map<Digest, byte[]> blobs = new HashMap<>();

  Digest blob(byte[] bytes) {
    Digest digest = Digest.of(bytes);
    blobs.put(digest, bytes);
    return digest;
  }

  InputStream open(Digest digest) throws IOException {
    byte[] bytes = blobs.get(digest);
    if (bytes == null) {
      throw new NoSuchFileException(digest.toString());
    }
    return new ByteArrayInputStream(bytes);
  }

  TreeEntry file(String path, int mode, String content) {
    byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
    return TreeEntry.file(path, mode, bytes.length, blob(bytes));
  }

  ContextSource context(String path, TreeEntry... entries) {
    return context(path, false, Optional.empty(), entries);
  }

  /** A directory that was modified at {@code modified}, as all that is in it. */
  ContextSource directory(String path, Instant modified, TreeEntry... entries) {
    ModificationTimes times =
        ModificationTimes.of(
            LongStream.generate(() -> modified.getEpochSecond() * 1_000_000_000)
                .limit(entries.length));
    return new ContextSource(
        path,
        new TreeReference(
            blob(Tree.of(List.of(entries)).encoded()), Optional.of(blob(times.encoded()))),
        false,
        Optional.empty());
  }

  /** What {@code --parents} copies by a pattern. */
  ContextSource contextWithParents(String include, TreeEntry... entries) {
    return context("", false, Optional.of(include), entries);
  }

  ContextSource archive(String path, byte[] bytes) {
    return context(
        path, true, Optional.empty(), TreeEntry.file("", 0644, bytes.length, blob(bytes)));
  }

  private ContextSource context(
      String path, boolean unpack, Optional<String> include, TreeEntry... entries) {
    return new ContextSource(
        path,
        new TreeReference(blob(Tree.of(List.of(entries)).encoded()), Optional.empty()),
        unpack,
        include);
  }

  FileTransfer transfer(ImageContainers images) {
    return new FileTransfer(this::open, images, InstantSource.fixed(NOW));
  }

  static Transfer to(String destination, TransferSource... sources) {
    return new Transfer(List.of(sources), destination, Optional.empty(), Optional.empty(), false);
  }

  static Transfer withMode(String mode, Transfer transfer) {
    return new Transfer(
        transfer.sources(),
        transfer.destination(),
        transfer.owner(),
        Optional.of(mode),
        transfer.parents());
  }

  static Transfer withParents(Transfer transfer) {
    return new Transfer(
        transfer.sources(), transfer.destination(), transfer.owner(), transfer.mode(), true);
  }

  /** One line for each entry: {@code path type mode uid:gid [content or target]}, sorted. */
  static List<String> lines(InputStream archive) throws IOException {
    List<String> lines = new ArrayList<>();
    try (TarArchiveInputStream tar = new TarArchiveInputStream(archive, "UTF-8")) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        lines.add(line(entry, tar));
      }
    }
    lines.sort(null);
    return lines;
  }

  private static String line(TarArchiveEntry entry, TarArchiveInputStream tar) throws IOException {
    String name = ContainerPath.clean(entry.getName()).substring(1);
    String owner = entry.getLongUserId() + ":" + entry.getLongGroupId();
    String mode = Integer.toOctalString(entry.getMode() & 07777);
    if (entry.isDirectory()) {
      return "%s d %s %s".formatted(name, mode, owner);
    }
    if (entry.isSymbolicLink()) {
      return "%s l %s %s".formatted(name, owner, entry.getLinkName());
    }
    if (entry.isLink()) {
      return "%s h %s".formatted(name, ContainerPath.clean(entry.getLinkName()).substring(1));
    }
    String content = new String(tar.readAllBytes(), StandardCharsets.UTF_8);
    return "%s f %s %s %s".formatted(name, mode, owner, content);
  }

  /** What begins as zstd and cannot be unpacked. */
  static byte[] damagedZstd() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZstdOutputStream zstd = new ZstdOutputStream(bytes)) {
      zstd.write(new byte[10240]);
    }
    byte[] damaged = bytes.toByteArray();
    damaged[4] = 0;
    damaged[5] = (byte) 0xf8;
    return damaged;
  }

  /** A tar of what {@code content} writes. */
  public static byte[] tar(TarContent content) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (TarWriter tar = new TarWriter(bytes)) {
      content.writeTo(tar);
    }
    return bytes.toByteArray();
  }

  /** Writes entries. */
  @FunctionalInterface
  public interface TarContent {
    void writeTo(TarWriter tar) throws IOException;
  }

  public static FileAttributes attributes(int mode, int uid, int gid) {
    return new FileAttributes(mode, uid, gid, NOW, Map.of());
  }

  public static void text(TarWriter tar, String path, FileAttributes attributes, String content)
      throws IOException {
    byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
    tar.file(path, attributes, bytes.length, new ByteArrayInputStream(bytes));
  }
}
