package io.jenkins.plugins.dockerfilebuild.coordination.hazelcast;

import static org.assertj.core.api.Assertions.assertThat;

import com.hazelcast.config.JavaSerializationFilterConfig;
import com.hazelcast.core.Hazelcast;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;

/** Members must understand one another's exceptions, and make nothing else that is serialized. */
class TrustedClassesTest {

  private static final JavaSerializationFilterConfig FILTER = TrustedClasses.filter();

  @Test
  void everyExceptionOfAClusterPasses() throws Exception {
    assertThat(exceptions())
        .hasSizeGreaterThan(50)
        .contains("com.hazelcast.internal.partition.PartitionStateVersionMismatchException")
        .allMatch(TrustedClassesTest::passes);
  }

  @Test
  void librariesAndClassesOfOthersDoNotPass() {
    assertThat(
            List.of(
                "com.hazelcast.shaded.com.fasterxml.jackson.databind.node.POJONode",
                "java.lang.invoke.SerializedLambda",
                "java.util.PriorityQueue",
                "javax.management.BadAttributeValueExpException",
                "org.apache.commons.collections.functors.InvokerTransformer",
                "io.jenkins.plugins.dockerfilebuild.Anything"))
        .noneMatch(TrustedClassesTest::passes);
  }

  private static boolean passes(String name) {
    return FILTER.getWhitelist().isListed(name) && !FILTER.getBlacklist().isListed(name);
  }

  private static List<String> exceptions() throws Exception {
    Path jar = Path.of(Hazelcast.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    try (JarFile classes = new JarFile(jar.toFile())) {
      return classes.stream()
          .map(ZipEntry::getName)
          .filter(
              name -> name.matches("com/hazelcast/(?!shaded|jet|sql).*(Exception|Error)\\.class"))
          .map(name -> name.substring(0, name.length() - ".class".length()).replace('/', '.'))
          .toList();
    }
  }
}
