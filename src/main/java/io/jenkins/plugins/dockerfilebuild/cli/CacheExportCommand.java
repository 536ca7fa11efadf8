package io.jenkins.plugins.dockerfilebuild.cli;

import io.jenkins.plugins.dockerfilebuild.cachedirectory.ArchiveCompression;
import io.jenkins.plugins.dockerfilebuild.cachedirectory.ArchiveWriter;
import io.jenkins.plugins.dockerfilebuild.cachedirectory.CacheKey;
import io.jenkins.plugins.dockerfilebuild.content.AtomicFiles;
import io.jenkins.plugins.dockerfilebuild.coordination.CacheVersion;
import io.jenkins.plugins.dockerfilebuild.report.Figures;
import io.jenkins.plugins.dockerfilebuild.report.PrintableText;
import io.jenkins.plugins.dockerfilebuild.scheduling.CacheArchives;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cache export}: the newest version of a cache directory as a tar. */
@Command(
    name = "export",
    description = "Writes the newest version of a cache directory as a tar.",
    mixinStandardHelpOptions = true)
final class CacheExportCommand implements Callable<Integer> {

  private static final String STANDARD_OUTPUT = "-";

  private final CommandIo io;
  private final Pool.Source pools;

  @Mixin private final AgentsOption agents = new AgentsOption();
  @Mixin private final CacheChoice choice = new CacheChoice();

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      required = true,
      description = "Where to; - is standard output.")
  private String output;

  @Option(
      names = "--compress",
      paramLabel = "KIND",
      description = "none, gzip or zstd. Default: as the end of FILE says, .gz or .zst.")
  private Optional<ArchiveCompression> compression = Optional.empty();

  @Option(names = "--json", description = "One JSON object on standard output.")
  private boolean asJson;

  @Parameters(paramLabel = "ID", description = "The id of the cache directory.")
  private String id;

  CacheExportCommand(CommandIo io, Pool.Source pools) {
    this.io = io;
    this.pools = pools;
  }

  @Override
  public Integer call() {
    if (asJson && toStandardOutput()) {
      throw CommandFailure.usage("--output - and --json both write to standard output");
    }
    try (Pool pool = pools.open(agents.pool(io));
        CacheArchives archives = new CacheArchives(pool.agents(), pool.coordination())) {
      CacheKey key = choice.existing(id, pool.agents());
      tell(key, write(archives, key));
    }
    return ExitStatus.BUILT.code();
  }

  private boolean toStandardOutput() {
    return output.equals(STANDARD_OUTPUT);
  }

  private CacheVersion write(CacheArchives archives, CacheKey key) {
    try {
      Path temporary = Files.createDirectories(agents.state(io).resolve("archives"));
      if (toStandardOutput()) {
        CacheVersion version = write(archives, key, io.out(), temporary);
        io.out().flush();
        if (io.out().checkError()) {
          throw new IOException("nobody reads standard output any more");
        }
        return version;
      }
      CacheVersion[] version = new CacheVersion[1];
      AtomicFiles.writeNamed(
          Path.of(output), out -> version[0] = write(archives, key, out, temporary));
      return version[0];
    } catch (IOException e) {
      throw new CommandFailure(
          ExitStatus.INFRASTRUCTURE,
          "the cache directory " + id + " is not exported: " + FileProblem.of(e),
          List.of(),
          e);
    }
  }

  private CacheVersion write(CacheArchives archives, CacheKey key, OutputStream out, Path temporary)
      throws IOException {
    ArchiveCompression packing = compression.orElse(ArchiveCompression.ofName(output));
    try (ArchiveWriter archive = new ArchiveWriter(out, packing)) {
      return archives.export(key, archive, temporary);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted");
    }
  }

  private void tell(CacheKey key, CacheVersion version) {
    if (asJson) {
      io.out()
          .println(
              JsonLine.of(
                  json -> {
                    CacheChoice.fields(json, key);
                    CacheChoice.fields(json, version);
                    json.writeStringField("output", output);
                  }));
      io.out().flush();
      return;
    }
    PrintStream told = toStandardOutput() ? io.err() : io.out();
    told.println(
        PrintableText.of(
            String.format(
                Locale.ROOT,
                "exported %s version %d: %,d files, %s",
                key.id(),
                version.number(),
                version.files(),
                Figures.bytes(version.bytes()))));
    told.flush();
  }
}
