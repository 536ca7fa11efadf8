package io.jenkins.plugins.dockerfilebuild.jenkins.link;

import hudson.FilePath;
import hudson.ProxyConfiguration;
import hudson.remoting.VirtualChannel;
import java.io.IOException;
import java.io.InputStream;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.concurrent.locks.ReentrantLock;
import jenkins.model.Jenkins;

/** Brings the agent runtime to agents, once per release and agent. Thread-safe. */
public final class AgentRuntimes {

  /** Agents keep what they may lose in this folder below their root. */
  private static final String HOME = "caches/dockerfile-build";

  private static final Map<VirtualChannel, ReentrantLock> UPLOADS =
      Collections.synchronizedMap(new WeakHashMap<>());

  private AgentRuntimes() {}

  /**
   * Has the runtime ready on an agent.
   *
   * @param root of the agent
   * @throws IOException the channel is gone, or the agent cannot write below its root
   */
  public static AgentRuntime ready(FilePath root) throws IOException, InterruptedException {
    VirtualChannel channel = root.getChannel();
    FilePath home = root.child(HOME);
    RuntimeAddress address = new RuntimeAddress(RuntimeFile.digest(), home.getRemote(), proxies());
    UnpackRuntime unpack = new UnpackRuntime(address);
    if (!channel.call(unpack)) {
      bring(home, address, unpack);
    }
    return new AgentRuntime(channel, address);
  }

  private static Map<String, String> proxies() {
    ProxyConfiguration proxy = Jenkins.get().getProxy();
    return proxy == null ? new HashMap<>() : ControllerProxies.of(proxy);
  }

  /** Builds that meet an agent at the same time send it the file once. */
  private static void bring(FilePath home, RuntimeAddress address, UnpackRuntime unpack)
      throws IOException, InterruptedException {
    VirtualChannel channel = home.getChannel();
    ReentrantLock lock = UPLOADS.computeIfAbsent(channel, agent -> new ReentrantLock());
    lock.lockInterruptibly();
    try {
      if (!channel.call(unpack)) {
        upload(home, address);
        if (!channel.call(unpack)) {
          throw new IOException("the agent runtime vanished from " + address.upload());
        }
      }
    } finally {
      lock.unlock();
    }
  }

  /** Whether this or another release was brought there. */
  public static boolean isPresent(FilePath root) throws IOException, InterruptedException {
    return root.child(HOME).child("runtime").isDirectory();
  }

  /** Under a name of its own first: a file of the runtime's name is whole. */
  private static void upload(FilePath home, RuntimeAddress address)
      throws IOException, InterruptedException {
    FilePath folder = home.child("runtime");
    folder.mkdirs();
    FilePath partial = folder.createTempFile("upload-", ".part");
    try (InputStream file = RuntimeFile.open()) {
      partial.copyFrom(file);
    }
    partial.renameTo(folder.child(address.digest() + ".zip"));
  }
}
