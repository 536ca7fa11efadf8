package io.jenkins.plugins.dockerfilebuild.content;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * A build context that is a directory on this machine. What a step cannot see is neither listed nor
 * read; what was seen once is not looked at again by the same instance, so all steps of a build see
 * one state. Use one instance per build. Thread-safe.
 *
 * <p>Hard links are files like others, sockets are left out (as Docker does), pipes and devices are
 * refused where a step would see them. File names must be UTF-8, in every locale of this process.
 */
public final class DirectoryContext implements ContextTree, AutoCloseable {

  private final Path root;
  private final Function<List<String>, ContextFilter> excludes;
  private final StatCacheSaves saves;
  private final ContentReader reader;
  private final ContextLookup lookup;
  private final Map<Question, Tree> answers = new ConcurrentHashMap<>();
  private final Map<Digest, ContextNode.RegularFile> files = new ConcurrentHashMap<>();

  private record Question(String path, List<List<String>> leftOut) {}

  /**
   * What a context is made of.
   *
   * @param root the context's directory
   * @param included what {@code .dockerignore} leaves of it
   * @param excludes makes a filter, for paths below a selected directory, of the patterns of {@code
   *     COPY --exclude}
   * @param statCache file that remembers digests between builds of this root; need not exist
   */
  public record Settings(
      Path root,
      ContextFilter included,
      Function<List<String>, ContextFilter> excludes,
      Path statCache) {}

  private DirectoryContext(Settings settings, Clock clock) {
    this.root = settings.root();
    this.excludes = settings.excludes();
    StatCache cache = StatCache.load(settings.statCache());
    this.saves = new StatCacheSaves(cache);
    this.reader = new ContentReader(cache, clock);
    this.lookup = new ContextLookup(new DirectoryLister(settings.included()).root(root));
  }

  /**
   * @throws ContextException the root is not a directory
   */
  public static DirectoryContext open(Settings settings) {
    return open(settings, Clock.systemUTC());
  }

  static DirectoryContext open(Settings settings, Clock clock) {
    if (!Files.isDirectory(settings.root())) {
      throw new ContextException("the build context " + settings.root() + " is not a directory");
    }
    return new DirectoryContext(settings, clock);
  }

  @Override
  public List<String> resolve(String source) {
    return lookup.resolve(source);
  }

  @Override
  public Tree tree(String path) {
    return tree(path, List.of());
  }

  /**
   * {@inheritDoc}
   *
   * <p>The patterns are matched against paths below a selected directory; a selected file is
   * answered whatever they say.
   */
  @Override
  public Tree tree(String path, List<List<String>> leftOut) {
    Question question = new Question(ContextLookup.clean(path), List.copyOf(leftOut));
    Tree known = answers.get(question);
    if (known == null) {
      known = answer(question);
      answers.put(question, known);
      saves.saveSoon();
    }
    return known;
  }

  private Tree answer(Question question) {
    ContextNode selected = lookup.find(question.path()).orElseThrow(() -> missing(question.path()));
    List<ContextNode> found = new ArrayList<>();
    if (selected instanceof ContextNode.Directory directory) {
      ContextFilter filter =
          question.leftOut().stream()
              .map(excludes)
              .reduce(ContextFilter.EVERYTHING, ContextFilter::and);
      found.addAll(ContextCollector.collect(directory, filter));
      if (found.isEmpty() && !directory.isIncluded() && question.leftOut().isEmpty()) {
        throw missing(question.path());
      }
    }
    found.add(selected);
    return read(selected, found);
  }

  private Tree read(ContextNode selected, List<ContextNode> found) {
    takeDigests(found);
    int prefix = selected.path().isEmpty() ? 0 : selected.path().length() + 1;
    // All paths begin with the selected one, so the order of whole paths is that of their rests.
    found.sort(Comparator.comparing(ContextNode::path, TreeEncoding::compareBytes));
    List<TreeEntry> entries = new ArrayList<>(found.size());
    for (ContextNode node : found) {
      entries.add(node.entry(node == selected ? "" : node.path().substring(prefix)));
    }
    return Tree.ofSorted(entries)
        .withTimes(ModificationTimes.of(found.stream().mapToLong(ContextNode::modifiedNanos)));
  }

  private void takeDigests(List<ContextNode> nodes) {
    List<ContextNode.RegularFile> regular =
        nodes.stream()
            .filter(ContextNode.RegularFile.class::isInstance)
            .map(ContextNode.RegularFile.class::cast)
            .toList();
    try {
      Workers.forEach(regular, 64, this::takeDigest);
    } catch (IOException e) {
      throw new ContextException("the build context cannot be read: " + e.getMessage(), e);
    }
  }

  private void takeDigest(ContextNode.RegularFile file) {
    try {
      files.putIfAbsent(file.digest(reader), file);
    } catch (NoSuchFileException e) {
      throw new ContextException(file.path() + " vanished while the build context was read", e);
    } catch (IOException e) {
      throw new ContextException(
          "%s cannot be read (%s): make it readable, or leave it out with .dockerignore"
              .formatted(file.path(), DirectoryLister.reason(e)),
          e);
    }
  }

  private ContextException missing(String path) {
    boolean there = Files.exists(FileNames.resolve(root, path), LinkOption.NOFOLLOW_LINKS);
    return new ContextException(
        there
            ? path + " is left out of the build context by .dockerignore"
            : path + " does not exist in the build context " + root);
  }

  @Override
  public InputStream open(Digest content) throws IOException {
    ContextNode.RegularFile file = files.get(content);
    if (file == null) {
      throw new ContextException("no file of the build context was seen to hold " + content);
    }
    try {
      boolean untouched = FileStamp.of(file.file()).equals(file.stamp());
      if (untouched || reader.digestOf(file.file()).equals(content)) {
        return Files.newInputStream(file.file(), LinkOption.NOFOLLOW_LINKS);
      }
    } catch (NoSuchFileException e) {
      throw new ContextException(file.path() + " vanished during the build", e);
    }
    throw new ContextException(file.path() + " changed during the build: build again");
  }

  /** Remembers on disk what was read. Without it the next build reads everything again. */
  @Override
  public void close() {
    try {
      saves.finish();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
