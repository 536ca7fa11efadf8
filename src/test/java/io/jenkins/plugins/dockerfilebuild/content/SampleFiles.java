package io.jenkins.plugins.dockerfilebuild.content;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/** Files on disk, and what contexts and stores make of them. */
final class SampleFiles {

  private SampleFiles() {}

  static Path write(Path directory, String name, String content) throws IOException {
    Path file = FileNames.resolve(directory, name);
    Files.createDirectories(Objects.requireNonNull(file.getParent()));
    Files.writeString(file, content);
    chmod(file, 0644);
    return file;
  }

  static void chmod(Path file, int mode) throws IOException {
    Files.setAttribute(file, "unix:mode", mode);
  }

  static int mode(Path file) throws IOException {
    return (Integer) Files.getAttribute(file, "unix:mode", LinkOption.NOFOLLOW_LINKS) & 07777;
  }

  static long modified(Path file) throws IOException {
    return Files.getLastModifiedTime(file).to(TimeUnit.NANOSECONDS);
  }

  static void setModified(Path file, long nanos) throws IOException {
    Files.setLastModifiedTime(file, FileTime.from(nanos, TimeUnit.NANOSECONDS));
  }

  /** All of a directory, without a memory of earlier readings. */
  static DirectoryContext context(Path root) {
    return context(
        root, ContextFilter.EVERYTHING, Path.of("/nonexistent/stat-cache"), Duration.ZERO);
  }

  /**
   * @param later how much later than now the context believes to be, so that files written just now
   *     are old enough for the stat cache
   */
  static DirectoryContext context(Path root, ContextFilter filter, Path statCache, Duration later) {
    return DirectoryContext.open(
        new DirectoryContext.Settings(root, filter, SampleFiles::allBut, statCache),
        Clock.offset(Clock.systemUTC(), later));
  }

  /** Patterns of these tests are plain names; a directory takes what is below it along. */
  static ContextFilter allBut(List<String> names) {
    return new ContextFilter() {
      @Override
      public boolean includes(String path) {
        return names.stream().noneMatch(n -> path.equals(n) || path.startsWith(n + "/"));
      }

      @Override
      public boolean mayIncludeBelow(String directory) {
        return false;
      }
    };
  }

  /** Puts all files of a tree into a store. */
  static void send(DirectoryContext context, Tree tree, ContentStore store) throws IOException {
    for (TreeEntry entry : tree.entries()) {
      if (entry.type() == TreeEntry.Type.FILE) {
        Digest content = Objects.requireNonNull(entry.content());
        store.store(content, context.open(content));
      }
    }
  }
}
