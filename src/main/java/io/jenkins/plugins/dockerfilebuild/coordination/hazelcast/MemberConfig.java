package io.jenkins.plugins.dockerfilebuild.coordination.hazelcast;

import com.hazelcast.config.Config;
import com.hazelcast.config.JoinConfig;
import com.hazelcast.config.NetworkConfig;
import java.util.Map;

/**
 * Settings of an embedded member: found by addresses alone, silent towards the outside, small and
 * quick to start. Each property is described in Hazelcast's reference, <i>System Properties</i>.
 */
final class MemberConfig {

  private static final Map<String, String> PROPERTIES =
      Map.ofEntries(
          // Nothing is told to the vendor, nothing is written to the console.
          Map.entry("hazelcast.phone.home.enabled", "false"),
          Map.entry("hazelcast.logging.type", "jdk"),
          Map.entry("hazelcast.health.monitoring.level", "OFF"),
          Map.entry("hazelcast.slow.operation.detector.enabled", "false"),
          Map.entry("hazelcast.jmx", "false"),
          // Whoever started it closes it, in his own order.
          Map.entry("hazelcast.shutdownhook.enabled", "false"),
          // Only the address that was asked for.
          Map.entry("hazelcast.socket.bind.any", "false"),
          Map.entry("hazelcast.socket.server.bind.any", "false"),
          // A closed connection is noticed at once; a cut network or a stopped JVM after 15 s.
          Map.entry("hazelcast.heartbeat.interval.seconds", "2"),
          Map.entry("hazelcast.max.no.heartbeat.seconds", "15"),
          Map.entry("hazelcast.operation.call.timeout.millis", "20000"),
          // A change whose copy is not confirmed is not said to be made.
          Map.entry("hazelcast.operation.fail.on.indeterminate.state", "true"),
          Map.entry("hazelcast.operation.backup.timeout.millis", "2000"),
          // Halves of a cluster that see each other again become one soon.
          Map.entry("hazelcast.merge.first.run.delay.seconds", "20"),
          Map.entry("hazelcast.merge.next.run.delay.seconds", "20"),
          // Five seconds by default, in case that more come.
          Map.entry("hazelcast.wait.seconds.before.join", "0"),
          Map.entry("hazelcast.socket.connect.timeout.seconds", "3"),
          // A few small records, beside a process that has other work.
          Map.entry("hazelcast.operation.thread.count", "2"),
          Map.entry("hazelcast.operation.generic.thread.count", "2"),
          Map.entry("hazelcast.io.thread.count", "1"),
          Map.entry("hazelcast.event.thread.count", "1"),
          Map.entry("hazelcast.clientengine.thread.count", "2"),
          Map.entry("hazelcast.clientengine.blocking.thread.count", "2"),
          Map.entry("hazelcast.clientengine.query.thread.count", "1"));

  private MemberConfig() {}

  static Config of(ClusterSettings settings) {
    Config config = new Config();
    config.setClusterName(settings.clusterName());
    config.setClassLoader(TrustedClasses.of(settings.classLoader()));
    PROPERTIES.forEach(config::setProperty);
    config.setProperty("hazelcast.local.localAddress", settings.listen().host());
    config.getMetricsConfig().setEnabled(false);
    config.getJetConfig().setEnabled(false);
    config.getIntegrityCheckerConfig().setEnabled(false);
    TrustedClasses.apply(config.getSerializationConfig());
    config
        .getSerializationConfig()
        .addDataSerializableFactory(CallTask.FACTORY_ID, CallTask.factory());
    config.getExecutorConfig(CallTask.EXECUTOR).setPoolSize(CallTask.THREADS);
    config.getMemberAttributeConfig().setAttributes(settings.attributes());
    SharedMaps.configs().forEach(config::addMapConfig);
    network(config.getNetworkConfig(), settings);
    return config;
  }

  private static void network(NetworkConfig network, ClusterSettings settings) {
    network.setPort(settings.listen().port()).setPortAutoIncrement(false);
    network.getInterfaces().setEnabled(false);
    JoinConfig join = network.getJoin();
    join.getAutoDetectionConfig().setEnabled(false);
    join.getMulticastConfig().setEnabled(false);
    join.getTcpIpConfig().setEnabled(true).setConnectionTimeoutSeconds(3);
    settings.members().forEach(member -> join.getTcpIpConfig().addMember(member.toString()));
  }
}
