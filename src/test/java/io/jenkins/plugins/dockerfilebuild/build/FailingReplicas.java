package io.jenkins.plugins.dockerfilebuild.build;

import io.airlift.compress.zstd.ZstdInputStream;
import io.airlift.compress.zstd.ZstdOutputStream;
import io.jenkins.plugins.dockerfilebuild.cachedirectory.ChunkBatch;
import io.jenkins.plugins.dockerfilebuild.content.Bytes;
import io.jenkins.plugins.dockerfilebuild.content.Digest;
import io.jenkins.plugins.dockerfilebuild.execution.AgentLostException;
import io.jenkins.plugins.dockerfilebuild.execution.CacheReplicas;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;

/** An agent's cache directories, of which some calls fail, or are answered by somebody hostile. */
final class FailingReplicas {

  /** Names of methods that fail from now on, as if the agent were lost. */
  volatile Set<String> lost = Set.of();

  /** Who answers in place of the agent's own from now on. */
  volatile UnaryOperator<CacheReplicas> answers = UnaryOperator.identity();

  /** Stands before an agent's own. */
  CacheReplicas before(CacheReplicas replicas) {
    return (CacheReplicas)
        Proxy.newProxyInstance(
            FailingReplicas.class.getClassLoader(),
            new Class<?>[] {CacheReplicas.class},
            (proxy, method, arguments) -> {
              if (lost.contains(method.getName())) {
                throw new AgentLostException("the agent is away", null);
              }
              return invoke(method, answers.apply(replicas), arguments);
            });
  }

  /** Sends something else than it is asked for. */
  static CacheReplicas garbage(String from, CacheReplicas replicas) {
    return answering(from, Bytes.utf8("not what was asked for"), replicas);
  }

  /** Sends always the same; of a patch no second part. */
  static CacheReplicas answering(String from, Bytes answer, CacheReplicas replicas) {
    return proxy(
        replicas,
        (method, arguments, own) -> {
          boolean end = method.equals("readPatch") && !arguments[3].equals(0L);
          return method.equals(from) ? (end ? Bytes.utf8("") : answer) : own.answer();
        });
  }

  /** Sends the same whenever it is asked, also for a part after the last. */
  static CacheReplicas endless(String from, Bytes answer, CacheReplicas replicas) {
    return proxy(replicas, (method, arguments, own) -> method.equals(from) ? answer : own.answer());
  }

  /** Sends a manifest in which a file's name is replaced by another of the same length. */
  static CacheReplicas renaming(String name, String forged, CacheReplicas replicas) {
    return proxy(
        replicas,
        (method, arguments, own) -> {
          Object answer = own.answer();
          boolean patch = method.equals("readPatch") && ((Bytes) answer).size() > 0;
          return patch ? renamed((Bytes) answer, name, forged) : answer;
        });
  }

  /** Sends chunks whose bytes are not those of their digests. */
  static CacheReplicas exchangingChunks(CacheReplicas replicas) {
    return proxy(
        replicas,
        (method, arguments, own) ->
            method.equals("readChunks") ? exchanged(arguments) : own.answer());
  }

  private static Bytes renamed(Bytes patch, String name, String forged) throws IOException {
    byte[] plain = new ZstdInputStream(patch.openStream()).readAllBytes();
    String text = new String(plain, StandardCharsets.ISO_8859_1).replace(name, forged);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ZstdOutputStream zstd = new ZstdOutputStream(out)) {
      zstd.write(text.getBytes(StandardCharsets.ISO_8859_1));
    }
    return Bytes.owning(out.toByteArray());
  }

  private static Bytes exchanged(Object[] arguments) {
    byte[] evil = "evil\n".getBytes(StandardCharsets.UTF_8);
    ChunkBatch.Builder batch = new ChunkBatch.Builder(0, 0);
    for (Object digest : (List<?>) arguments[2]) {
      batch.add(((Digest) digest).toBytes(), evil, evil.length);
    }
    return batch.build();
  }

  /** What the agent itself would answer. */
  @FunctionalInterface
  private interface Own {
    Object answer() throws Throwable;
  }

  @FunctionalInterface
  private interface Answers {
    Object answer(String method, Object[] arguments, Own own) throws Throwable;
  }

  private static CacheReplicas proxy(CacheReplicas replicas, Answers answers) {
    return (CacheReplicas)
        Proxy.newProxyInstance(
            FailingReplicas.class.getClassLoader(),
            new Class<?>[] {CacheReplicas.class},
            (proxy, method, arguments) ->
                answers.answer(
                    method.getName(), arguments, () -> invoke(method, replicas, arguments)));
  }

  private static Object invoke(Method method, CacheReplicas replicas, Object[] arguments)
      throws Throwable {
    try {
      return method.invoke(replicas, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }
}
