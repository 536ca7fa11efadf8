package io.jenkins.plugins.dockerfilebuild.content;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Lists directories of a build context, seen through its filter. */
final class DirectoryLister {

  private final ContextFilter included;

  DirectoryLister(ContextFilter included) {
    this.included = included;
  }

  ContextNode.Directory root(Path directory) {
    try {
      // The root itself may be named through a link.
      Path real = directory.toRealPath();
      return new ContextNode.Directory("", real, FileStamp.of(real), true, this::list);
    } catch (IOException e) {
      throw unreadable(directory.toString(), e);
    }
  }

  private SortedMap<String, ContextNode> list(ContextNode.Directory directory) {
    SortedMap<String, ContextNode> children = new TreeMap<>(TreeEncoding::compareBytes);
    String prefix = directory.path().isEmpty() ? "" : directory.path() + "/";
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory.file())) {
      for (Path file : files) {
        String name = FileNames.anyText(file.getFileName());
        node(prefix + name, file).ifPresent(node -> children.put(name, node));
      }
    } catch (IOException e) {
      throw unreadable(directory.path(), e);
    } catch (DirectoryIteratorException e) {
      throw unreadable(directory.path(), e.getCause());
    }
    return children;
  }

  /** Empty for what is left out, and for what vanished before it was looked at. */
  private Optional<ContextNode> node(String path, Path file) {
    boolean wanted = included.includes(path);
    if (!wanted && !included.mayIncludeBelow(path)) {
      return Optional.empty();
    }
    try {
      FileStamp stamp = FileStamp.of(file);
      boolean directory = stamp.kind() == FileStamp.Kind.DIRECTORY;
      if (!wanted && !directory) {
        return Optional.empty();
      }
      if (!FileNames.isText(path)) {
        throw FileNames.noText(file);
      }
      return directory
          ? Optional.of(new ContextNode.Directory(path, file, stamp, wanted, this::list))
          : leaf(path, file, stamp);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw unreadable(path, e);
    }
  }

  private static Optional<ContextNode> leaf(String path, Path file, FileStamp stamp)
      throws IOException {
    return switch (stamp.kind()) {
      case FILE -> Optional.of(new ContextNode.RegularFile(path, file, stamp));
      case SYMLINK -> {
        String target = FileNames.text(Files.readSymbolicLink(file));
        yield Optional.of(new ContextNode.Symlink(path, file, stamp, target));
      }
      case SOCKET -> Optional.empty();
      default -> Optional.of(new ContextNode.Special(path, file, stamp));
    };
  }

  private static ContextException unreadable(String path, IOException cause) {
    return new ContextException(
        "%s cannot be read (%s): make it readable, or leave it out with .dockerignore"
            .formatted(path.isEmpty() ? "the build context" : path, reason(cause)),
        cause);
  }

  /** What went wrong, without the path that most messages of the file system consist of. */
  static String reason(IOException e) {
    return e instanceof AccessDeniedException
        ? "permission denied"
        : String.valueOf(e.getMessage());
  }
}
