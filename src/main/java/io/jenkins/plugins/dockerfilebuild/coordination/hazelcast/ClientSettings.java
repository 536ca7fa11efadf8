package io.jenkins.plugins.dockerfilebuild.coordination.hazelcast;

import com.hazelcast.client.config.ClientConfig;
import com.hazelcast.client.config.ClientConnectionStrategyConfig;
import com.hazelcast.client.config.ClientConnectionStrategyConfig.ReconnectMode;

/** Settings of a client of an existing cluster. */
final class ClientSettings {

  /** How long a first connection is tried; later ones are tried for good. */
  private static final int CONNECT_MILLIS = 10_000;

  private ClientSettings() {}

  static ClientConfig of(ClusterSettings settings) {
    ClientConfig config = new ClientConfig();
    config.setClusterName(settings.clusterName());
    config.setClassLoader(TrustedClasses.of(settings.classLoader()));
    config.setProperty("hazelcast.logging.type", "jdk");
    config.setProperty("hazelcast.client.statistics.enabled", "false");
    config.setProperty("hazelcast.client.invocation.timeout.seconds", "20");
    // A cut network is noticed as soon as among members.
    config.setProperty("hazelcast.client.heartbeat.interval", "3000");
    config.setProperty("hazelcast.client.heartbeat.timeout", "15000");
    config.setProperty("hazelcast.client.operation.fail.on.indeterminate.state", "true");
    config.setProperty("hazelcast.client.operation.backup.timeout.millis", "2000");
    config.setProperty("hazelcast.client.shuffle.member.list", "false");
    config.setProperty("hazelcast.client.io.input.thread.count", "1");
    config.setProperty("hazelcast.client.io.output.thread.count", "1");
    config.getMetricsConfig().setEnabled(false);
    TrustedClasses.apply(config.getSerializationConfig());
    config
        .getSerializationConfig()
        .addDataSerializableFactory(CallTask.FACTORY_ID, CallTask.factory());
    settings.members().forEach(member -> config.getNetworkConfig().addAddress(member.toString()));
    config.getNetworkConfig().getAutoDetectionConfig().setEnabled(false);
    config.getNetworkConfig().setConnectionTimeout(3_000);
    ClientConnectionStrategyConfig connection = config.getConnectionStrategyConfig();
    connection.setReconnectMode(ReconnectMode.ON);
    connection.getConnectionRetryConfig().setClusterConnectTimeoutMillis(CONNECT_MILLIS);
    return config;
  }
}
