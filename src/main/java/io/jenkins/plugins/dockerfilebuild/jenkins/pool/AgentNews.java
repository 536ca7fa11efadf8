package io.jenkins.plugins.dockerfilebuild.jenkins.pool;

import hudson.Extension;
import hudson.ExtensionList;
import hudson.model.Computer;
import hudson.model.TaskListener;
import hudson.slaves.ComputerListener;
import hudson.slaves.OfflineCause;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Tells the builds that run which agents come and go, when they do. Thread-safe. */
@Extension
public final class AgentNews extends ComputerListener {

  private final Set<Reader> readers = ConcurrentHashMap.newKeySet();

  /** Who wants to know. Must not hold up Jenkins, which tells before it goes on. */
  interface Reader {

    /** The agent can be used now. */
    void came(Computer computer);

    /** The agent cannot be used any more; its channel is closed. */
    void went(Computer computer);
  }

  static AgentNews get() {
    return ExtensionList.lookupSingleton(AgentNews.class);
  }

  void subscribe(Reader reader) {
    readers.add(reader);
  }

  void unsubscribe(Reader reader) {
    readers.remove(reader);
  }

  @Override
  public void onOnline(Computer computer, TaskListener listener) {
    readers.forEach(reader -> reader.came(computer));
  }

  /** One that was only marked kept its channel, and nobody says that it is online. */
  @Override
  public void onTemporarilyOnline(Computer computer) {
    readers.forEach(reader -> reader.came(computer));
  }

  @Override
  public void onOffline(Computer computer, OfflineCause cause) {
    readers.forEach(reader -> reader.went(computer));
  }
}
