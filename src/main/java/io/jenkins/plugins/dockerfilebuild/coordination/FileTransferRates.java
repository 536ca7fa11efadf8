package io.jenkins.plugins.dockerfilebuild.coordination;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.jenkins.plugins.dockerfilebuild.content.AtomicFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Transfer rates in one JSON file. What is missing, damaged or of another version counts as nothing
 * known. Thread-safe, also between processes: the file is replaced whole and the last writer wins.
 */
public final class FileTransferRates implements TransferRates {

  /** Another layout gets another name. */
  private static final String NAME = "transfer-rates.v1.json";

  private static final TypeReference<List<Entry>> ENTRIES = new TypeReference<>() {};
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final Path file;
  private final InMemoryTransferRates rates;
  private volatile boolean changed = false;

  private record Entry(Route route, Rate rate) {}

  /**
   * @param directory is made when something is kept
   */
  public FileTransferRates(Path directory) {
    this.file = directory.resolve(NAME);
    this.rates = new InMemoryTransferRates(read(file));
  }

  private static Map<Route, Rate> read(Path file) {
    Map<Route, Rate> known = new LinkedHashMap<>();
    try {
      for (Entry entry : JSON.readValue(Files.readAllBytes(file), ENTRIES)) {
        if (entry.rate.bytesPerSecond() > 0 && entry.rate.overheadSeconds() >= 0) {
          known.put(entry.route, entry.rate);
        }
      }
      return known;
    } catch (IOException | NullPointerException e) {
      return Map.of();
    }
  }

  @Override
  public Rate rate(Route route) {
    return rates.rate(route);
  }

  @Override
  public void measured(Route route, long bytes, double seconds) {
    rates.measured(route, bytes, seconds);
    changed = true;
  }

  @Override
  public void keep() {
    if (changed) {
      changed = false;
      List<Entry> entries = new ArrayList<>();
      rates.all().forEach((route, rate) -> entries.add(new Entry(route, rate)));
      try {
        Files.createDirectories(file.getParent());
        AtomicFiles.write(file, JSON.writeValueAsBytes(entries));
      } catch (IOException e) {
        // The next build guesses as this one did when it began.
      }
    }
  }
}
