package io.jenkins.plugins.dockerfilebuild.coordination.hazelcast;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.HazelcastInstanceAware;
import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.nio.serialization.DataSerializableFactory;
import com.hazelcast.nio.serialization.IdentifiedDataSerializable;
import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.UnaryOperator;

/**
 * One question on its way to a member. It travels as two numbers, by which the member finds this
 * class, and bytes; no name of a class is read.
 */
final class CallTask
    implements Callable<Object>, IdentifiedDataSerializable, HazelcastInstanceAware {

  /** The name of the executor service. */
  static final String EXECUTOR = "dockerfile-build.calls";

  /** Questions that one member answers at once: each is a thread, which mostly waits. */
  static final int THREADS = 2048;

  /** Ours among all factories of a cluster. */
  static final int FACTORY_ID = 0x0df1;

  private static final int CLASS_ID = 1;

  private static final String ANSWERS = "dockerfile-build.answers";

  /** How long a question waits for a member that has just joined. */
  private static final long STARTING_SECONDS = 10;

  // Written when it is read from the wire, before it is called.
  private byte[] question;
  private CompletableFuture<UnaryOperator<byte[]>> answers = new CompletableFuture<>();

  CallTask(byte[] question) {
    this.question = question;
  }

  /** Makes what comes from the wire; to be registered under {@link #FACTORY_ID}. */
  static DataSerializableFactory factory() {
    return classId -> {
      if (classId != CLASS_ID) {
        throw new IllegalArgumentException("there is no class " + classId);
      }
      return new CallTask(new byte[0]);
    };
  }

  /** Where the answers of a member come from, once it gives any. */
  @SuppressWarnings("unchecked") // only put here
  static CompletableFuture<UnaryOperator<byte[]>> answers(HazelcastInstance instance) {
    return (CompletableFuture<UnaryOperator<byte[]>>)
        instance.getUserContext().computeIfAbsent(ANSWERS, key -> new CompletableFuture<>());
  }

  @Override
  public void setHazelcastInstance(HazelcastInstance instance) {
    answers = answers(instance);
  }

  /**
   * Hazelcast's threads find no classes but its own; what answers is ours, and so are its threads.
   */
  @Override
  public Object call() throws InterruptedException {
    Thread thread = Thread.currentThread();
    ClassLoader hazelcasts = thread.getContextClassLoader();
    thread.setContextClassLoader(CallTask.class.getClassLoader());
    try {
      return answer();
    } finally {
      thread.setContextClassLoader(hazelcasts);
    }
  }

  private byte[] answer() throws InterruptedException {
    try {
      return answers.get(STARTING_SECONDS, TimeUnit.SECONDS).apply(question);
    } catch (ExecutionException | TimeoutException e) {
      throw new IllegalStateException("this member answers no questions");
    }
  }

  @Override
  public int getFactoryId() {
    return FACTORY_ID;
  }

  @Override
  public int getClassId() {
    return CLASS_ID;
  }

  @Override
  public void writeData(ObjectDataOutput out) throws IOException {
    out.writeByteArray(question);
  }

  @Override
  public void readData(ObjectDataInput in) throws IOException {
    byte[] read = in.readByteArray();
    question = read == null ? new byte[0] : read;
  }
}
