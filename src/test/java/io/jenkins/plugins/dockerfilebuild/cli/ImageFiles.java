package io.jenkins.plugins.dockerfilebuild.cli;

import io.jenkins.plugins.dockerfilebuild.content.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/** What a tar of an image holds, without its times. */
final class ImageFiles {

  private ImageFiles() {}

  static Map<String, String> of(Path tar) throws IOException {
    Map<String, String> files = new TreeMap<>();
    try (InputStream in = Files.newInputStream(tar);
        TarArchiveInputStream entries = new TarArchiveInputStream(in)) {
      for (TarArchiveEntry entry; (entry = entries.getNextEntry()) != null; ) {
        String content = entry.isFile() ? Digest.of(entries.readAllBytes()).hex() : "";
        files.put(
            entry.getName(),
            "%o %d:%d %s %s"
                .formatted(
                    entry.getMode(),
                    entry.getLongUserId(),
                    entry.getLongGroupId(),
                    entry.getLinkName(),
                    content));
      }
    }
    return files;
  }
}
