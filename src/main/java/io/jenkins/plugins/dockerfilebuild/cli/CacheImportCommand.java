package io.jenkins.plugins.dockerfilebuild.cli;

import io.jenkins.plugins.dockerfilebuild.cachedirectory.ArchiveBounds;
import io.jenkins.plugins.dockerfilebuild.cachedirectory.CacheArchive;
import io.jenkins.plugins.dockerfilebuild.cachedirectory.CacheKey;
import io.jenkins.plugins.dockerfilebuild.cachedirectory.MalformedArchiveException;
import io.jenkins.plugins.dockerfilebuild.cachedirectory.MalformedManifestException;
import io.jenkins.plugins.dockerfilebuild.report.Figures;
import io.jenkins.plugins.dockerfilebuild.report.PrintableText;
import io.jenkins.plugins.dockerfilebuild.scheduling.Agent;
import io.jenkins.plugins.dockerfilebuild.scheduling.CacheArchives;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cache import}: a tar as the newest version of a cache directory. */
@Command(
    name = "import",
    description = {
      "Makes a tar (plain, .gz or .zst) the newest version of a cache directory.",
      "It lies on the first agent; the others bring it up when a step wants it."
    },
    mixinStandardHelpOptions = true)
final class CacheImportCommand implements Callable<Integer> {

  private static final String STANDARD_INPUT = "-";

  private final CommandIo io;
  private final Pool.Source pools;

  @Mixin private final AgentsOption agents = new AgentsOption();
  @Mixin private final CacheChoice choice = new CacheChoice();

  @Option(
      names = "--max-size",
      paramLabel = "SIZE",
      defaultValue = "64GiB",
      description = "Refuse an archive whose files hold more. Default: ${DEFAULT-VALUE}.")
  private String maxSize;

  @Option(
      names = "--outside-links",
      description = "Take symbolic links that are absolute or lead out of the directory.")
  private boolean outsideLinks;

  @Option(names = "--json", description = "One JSON object on standard output.")
  private boolean asJson;

  @Parameters(index = "0", paramLabel = "ID", description = "The id of the cache directory.")
  private String id;

  @Parameters(index = "1", paramLabel = "FILE", description = "The tar; - is standard input.")
  private String file;

  /** What was read, and what became of it. */
  private record Done(CacheKey key, Agent agent, CacheArchives.Seeded seeded, int leftOut) {}

  CacheImportCommand(CommandIo io, Pool.Source pools) {
    this.io = io;
    this.pools = pools;
  }

  @Override
  public Integer call() {
    ArchiveBounds bounds = new ArchiveBounds(Quantities.bytes("--max-size", maxSize), outsideLinks);
    // The archive first: where it is refused, no agent was asked for anything.
    try (CacheArchive archive = read(bounds);
        Pool pool = pools.open(agents.pool(io));
        CacheArchives archives = new CacheArchives(pool.agents(), pool.coordination())) {
      Agent first = pool.agents().get(0);
      CacheKey key = choice.wanted(id, pool.agents());
      tell(new Done(key, first, archives.seed(key, archive, first), archive.attributesLeftOut()));
    } catch (IOException e) {
      throw new CommandFailure(
          ExitStatus.INFRASTRUCTURE,
          "%s is not imported: %s".formatted(file, FileProblem.of(e)),
          List.of(),
          e);
    } catch (InterruptedException e) {
      throw new CommandFailure(ExitStatus.FAILED, file + " is not imported", List.of(), e);
    }
    return ExitStatus.BUILT.code();
  }

  private CacheArchive read(ArchiveBounds bounds) throws IOException {
    try (InputStream in = open()) {
      return CacheArchive.read(in, agents.state(io).resolve("archives"), bounds);
    } catch (MalformedArchiveException | MalformedManifestException e) {
      throw new CommandFailure(
          ExitStatus.INVALID,
          "%s: %s".formatted(file, e.getMessage()),
          List.of("the cache directory " + id + " is as it was"),
          e);
    }
  }

  private InputStream open() {
    try {
      return file.equals(STANDARD_INPUT) ? io.in() : Files.newInputStream(Path.of(file));
    } catch (IOException e) {
      throw CommandFailure.usage("cannot read " + file + ": " + FileProblem.of(e));
    }
  }

  private void tell(Done done) {
    CacheArchives.Seeded seeded = done.seeded;
    if (asJson) {
      io.out()
          .println(
              JsonLine.of(
                  json -> {
                    CacheChoice.fields(json, done.key);
                    json.writeStringField("agent", done.agent.name());
                    CacheChoice.fields(json, seeded.version());
                    json.writeBooleanField("changed", seeded.changed());
                    json.writeNumberField("bytesSent", seeded.bytesSent());
                    json.writeNumberField("attributesLeftOut", done.leftOut);
                  }));
    } else {
      io.out().println(PrintableText.of(sentence(done)));
      if (done.leftOut > 0) {
        io.out()
            .printf(
                "left out %d extended attributes: only those named user.* are kept%n",
                done.leftOut);
      }
    }
    io.out().flush();
  }

  private static String sentence(Done done) {
    CacheArchives.Seeded seeded = done.seeded;
    return String.format(
        Locale.ROOT,
        "%s %s as version %d on %s: %,d files, %s",
        seeded.changed() ? "imported" : "nothing new in",
        done.key.id(),
        seeded.version().number(),
        done.agent.name(),
        seeded.version().files(),
        Figures.bytes(seeded.version().bytes()));
  }
}
