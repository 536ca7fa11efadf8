package io.jenkins.plugins.dockerfilebuild.cachedirectory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Where the files that a directory lacks are put together, beside it: those of directories that are
 * new as a whole in these, the others in folders of some thousands each, from where they take their
 * places one by one.
 *
 * @param path of the folder, empty at first
 * @param directories that are new as a whole
 */
record StagingFolder(Path path, NewDirectories directories, FileAttributes attributes) {

  private static final int FILES_PER_FOLDER = 4096;

  /** A place for each of these files; none of them is made yet. */
  List<StagedFile> files(List<CacheEntry> entries) throws IOException {
    directories.make();
    List<StagedFile> files = new ArrayList<>(entries.size());
    int apart = 0;
    for (CacheEntry entry : entries) {
      Optional<Path> place = directories.place(entry.path());
      Path file = place.isPresent() ? place.get() : apart(apart++);
      files.add(new StagedFile(entry, file, place.isPresent(), attributes));
    }
    return files;
  }

  private Path apart(int number) throws IOException {
    Path folder = path.resolve("files-" + number / FILES_PER_FOLDER);
    if (number % FILES_PER_FOLDER == 0) {
      Files.createDirectory(folder);
    }
    return folder.resolve(String.valueOf(number));
  }
}
