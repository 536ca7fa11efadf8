package io.jenkins.plugins.dockerfilebuild.cli;

import io.jenkins.plugins.dockerfilebuild.execution.docker.DirectoryVault;
import io.jenkins.plugins.dockerfilebuild.scheduling.CacheHolder;
import io.jenkins.plugins.dockerfilebuild.vault.ObjectVault;
import io.jenkins.plugins.dockerfilebuild.vault.S3Address;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * {@code --cache-vault DIR|s3://BUCKET/PREFIX}: where cache directories are kept besides the
 * agents.
 *
 * @param store empty: a folder
 */
record VaultOption(String text, Optional<S3Address> store) {

  static VaultOption parse(String text) {
    if (text.isEmpty()) {
      throw CommandFailure.usage(
          "--cache-vault is empty", "a vault is a folder, or s3://BUCKET/PREFIX");
    }
    if (!text.contains("://")) {
      return new VaultOption(text, Optional.empty());
    }
    try {
      return new VaultOption(text, Optional.of(S3Address.parse(text)));
    } catch (IllegalArgumentException e) {
      throw CommandFailure.usage(
          "--cache-vault " + e.getMessage(), "a vault is a folder, or s3://BUCKET/PREFIX");
    }
  }

  /** A vault that is open, or none. Closing it lets connections go. */
  record Opened(Optional<CacheHolder> holder, Runnable end) implements AutoCloseable {

    static final Opened NONE = new Opened(Optional.empty(), () -> {});

    @Override
    public void close() {
      end.run();
    }
  }

  /**
   * Opens it; a store is not asked yet.
   *
   * @param environment where a store's endpoint and credentials stand
   */
  Opened open(Map<String, String> environment, Path state) {
    if (store.isPresent()) {
      ObjectVault vault = ObjectVault.s3(store.get(), environment, state.resolve("vault"));
      return new Opened(Optional.of(CacheHolder.vault(vault.id(), vault)), vault::close);
    }
    try {
      DirectoryVault vault = DirectoryVault.open(Path.of(text));
      return new Opened(Optional.of(CacheHolder.vault(vault.id(), vault.replicas())), () -> {});
    } catch (IOException e) {
      throw new CommandFailure(
          ExitStatus.INFRASTRUCTURE,
          "cannot use the cache vault " + text + ": " + FileProblem.of(e),
          List.of("--cache-vault DIR names another folder"),
          e);
    }
  }
}
