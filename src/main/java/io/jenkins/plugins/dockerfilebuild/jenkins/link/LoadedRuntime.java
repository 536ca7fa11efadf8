package io.jenkins.plugins.dockerfilebuild.jenkins.link;

import hudson.remoting.Channel;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;

/**
 * On an agent: the runtime, loaded from the agent's own disk by a class loader of its own. Its
 * parent is the platform's, so nothing of it is ever fetched class by class over the channel, and
 * no library of the agent or of another plugin gets in its way. Lives as long as the channel: this
 * class itself comes over it. Thread-safe.
 */
final class LoadedRuntime {

  private static final String ENTRY = "io.jenkins.plugins.dockerfilebuild.runtime.AgentRuntime";

  private static final Logger LOGGER = Logger.getLogger(LoadedRuntime.class.getName());

  private static final Map<String, LoadedRuntime> BY_DIGEST = new ConcurrentHashMap<>();

  private final ClassLoader loader;
  private final BiFunction<String[], byte[], byte[]> entry;

  private LoadedRuntime(ClassLoader loader, BiFunction<String[], byte[], byte[]> entry) {
    this.loader = loader;
    this.entry = entry;
  }

  /**
   * Loads the runtime, the first time.
   *
   * @throws NoSuchFileException it is not on this agent yet
   */
  static LoadedRuntime at(RuntimeAddress address) throws IOException {
    synchronized (BY_DIGEST) {
      LoadedRuntime known = BY_DIGEST.get(address.digest());
      if (known == null) {
        known = load(Path.of(address.folder()), address.proxies());
        tidy(Path.of(address.folder()));
        BY_DIGEST.put(address.digest(), known);
        closeWith(known, Channel.current());
      }
      return known;
    }
  }

  /** Room on a disk is no reason to fail a step. */
  private static void tidy(Path runtime) {
    try {
      Instant now = Instant.now();
      OldRuntimes.used(runtime, now);
      OldRuntimes.sweep(runtime.getParent(), runtime, now);
    } catch (IOException e) {
      LOGGER.log(Level.WARNING, "old agent runtimes could not be removed", e);
    }
  }

  private static LoadedRuntime load(Path folder, Map<String, String> proxies) throws IOException {
    URL[] jars;
    try (Stream<Path> files = Files.list(folder)) {
      jars =
          files
              .filter(file -> file.toString().endsWith(".jar"))
              .map(LoadedRuntime::url)
              .toArray(URL[]::new);
    }
    URLClassLoader loader =
        new URLClassLoader("dockerfile-build", jars, ClassLoader.getPlatformClassLoader());
    try {
      @SuppressWarnings("unchecked") // what the runtime's entry is declared to implement
      BiFunction<String[], byte[], byte[]> entry =
          (BiFunction<String[], byte[], byte[]>)
              loader.loadClass(ENTRY).getConstructor(Map.class).newInstance(proxies);
      return new LoadedRuntime(loader, entry);
    } catch (ReflectiveOperationException | LinkageError e) {
      loader.close();
      throw new IOException("the agent runtime in " + folder + " cannot be loaded: " + e, e);
    }
  }

  private static URL url(Path jar) {
    try {
      return jar.toUri().toURL();
    } catch (MalformedURLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Containers of a build must not outlive the channel by which it could stop them. */
  private static void closeWith(LoadedRuntime runtime, Channel channel) {
    if (channel != null) {
      channel.addListener(
          new Channel.Listener() {
            @Override
            public void onClosed(Channel closed, IOException cause) {
              runtime.close();
            }
          });
    }
  }

  /**
   * Hands a request to a service of the runtime.
   *
   * @throws IOException the service is not to be had; an exception of the runtime's own classes
   *     would mean nothing on the other side, so only its message goes there
   */
  byte[] handle(String[] service, byte[] request) throws IOException {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(loader);
    try {
      return entry.apply(service, request);
    } catch (RuntimeException | LinkageError e) {
      throw new IOException(e.getMessage() == null ? e.toString() : e.getMessage());
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  private void close() {
    BY_DIGEST.values().remove(this);
    try {
      ((AutoCloseable) entry).close();
    } catch (Exception e) {
      // Nobody is left to be told on a closed channel but the agent's own log.
      LOGGER.log(Level.WARNING, "the agent runtime could not clean up", e);
    }
  }
}
