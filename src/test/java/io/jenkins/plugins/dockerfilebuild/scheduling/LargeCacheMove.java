package io.jenkins.plugins.dockerfilebuild.scheduling;

import io.jenkins.plugins.dockerfilebuild.cachedirectory.CacheKey;
import io.jenkins.plugins.dockerfilebuild.cachedirectory.CacheSharing;
import io.jenkins.plugins.dockerfilebuild.cachedirectory.Kept;
import io.jenkins.plugins.dockerfilebuild.content.Digest;
import io.jenkins.plugins.dockerfilebuild.coordination.VersionHolder;
import io.jenkins.plugins.dockerfilebuild.execution.AgentServices;
import io.jenkins.plugins.dockerfilebuild.execution.CacheReplicas;
import io.jenkins.plugins.dockerfilebuild.execution.docker.cache.CacheInventory;
import io.jenkins.plugins.dockerfilebuild.execution.docker.cache.HostCacheReplicas;
import io.jenkins.plugins.dockerfilebuild.execution.link.AgentEndpoint;
import io.jenkins.plugins.dockerfilebuild.execution.link.InProcessLink;
import io.jenkins.plugins.dockerfilebuild.execution.link.RemoteAgentServices;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A process that makes a cache directory of an agent, and brings it to another one over links that
 * encode all that passes.
 */
final class LargeCacheMove {

  private static final CacheKey KEY =
      new CacheKey("default", "large", "linux/amd64", "", 0755, 0, 0);

  /** Half of the bytes are in files of this size. */
  private static final int SMALL = 32 << 10;

  private static final int SMALL_PER_FOLDER = 256;
  private static final int MEGABYTE = 1 << 20;

  private final Path root;
  private final int megabytes;
  private final SplittableRandom random = new SplittableRandom(1);

  private LargeCacheMove(Path root, int megabytes) {
    this.root = root;
    this.megabytes = megabytes;
  }

  public static void main(String[] arguments) throws Exception {
    new LargeCacheMove(Path.of(arguments[0]), Integer.parseInt(arguments[1])).run();
  }

  private void run() throws Exception {
    ExecutorService threads = Executors.newCachedThreadPool();
    try (AgentServices first = agent("first");
        AgentServices second = agent("second")) {
      Digest manifest = publish(first.cacheReplicas());
      CacheReplicas.Use use = second.cacheReplicas().open(KEY, CacheSharing.LOCKED, false);
      CacheMoves.Source source = new CacheMoves.Source(holder("first", first), KEY, manifest);
      CacheMoves.Destination to =
          new CacheMoves.Destination(holder("second", second), use.handle(), use.manifest());
      CacheMoves.Moved moved = new CacheMoves(threads).move(List.of(source), to, Kept.NOTHING);
      check(second.cacheReplicas().apply(use.handle(), 1, 1).complete());
      second.cacheReplicas().close(use.handle());
      check(second.cacheReplicas().verify(KEY).sound() == 1);
      System.out.println("moved " + moved.target().bytes() / MEGABYTE + " MB");
    } finally {
      threads.shutdownNow();
    }
  }

  private static CacheHolder holder(String name, AgentServices agent) {
    return new CacheHolder(new VersionHolder(name, name), agent.cacheReplicas());
  }

  private static void check(boolean holds) {
    if (!holds) {
      throw new IllegalStateException("the second agent does not have what the first one has");
    }
  }

  /** An agent that has cache directories and nothing else, behind a link. */
  private AgentServices agent(String name) {
    Path caches = root.resolve(name);
    CacheReplicas replicas =
        new HostCacheReplicas(caches, new CacheInventory(caches, InstantSource.system()), () -> {});
    AgentServices services =
        (AgentServices)
            Proxy.newProxyInstance(
                LargeCacheMove.class.getClassLoader(),
                new Class<?>[] {AgentServices.class},
                (proxy, method, arguments) ->
                    method.getName().equals("cacheReplicas") ? replicas : null);
    return new RemoteAgentServices(new InProcessLink(new AgentEndpoint(services)::handle));
  }

  private Digest publish(CacheReplicas replicas) throws IOException {
    CacheReplicas.Use use = replicas.open(KEY, CacheSharing.LOCKED, false);
    fill(root.resolve("first").resolve(KEY.hex()).resolve("0"));
    CacheReplicas.Scan scan = replicas.scan(use.handle()).orElseThrow();
    replicas.adopt(use.handle(), 1, 1);
    replicas.close(use.handle());
    return scan.manifest();
  }

  /** One large file, and many small ones. */
  private void fill(Path content) throws IOException {
    Files.createDirectories(content);
    try (OutputStream large = Files.newOutputStream(content.resolve("large"))) {
      for (int i = 0; i < megabytes / 2; i++) {
        large.write(bytes(MEGABYTE));
      }
    }
    int files = (megabytes - megabytes / 2) * (MEGABYTE / SMALL);
    for (int i = 0; i < files; i++) {
      Path folder = content.resolve(String.valueOf(i / SMALL_PER_FOLDER));
      if (i % SMALL_PER_FOLDER == 0) {
        Files.createDirectory(folder);
      }
      Files.write(folder.resolve(String.valueOf(i)), bytes(SMALL));
    }
  }

  /** New ones. */
  private byte[] bytes(int count) {
    byte[] bytes = new byte[count];
    random.nextBytes(bytes);
    return bytes;
  }
}
