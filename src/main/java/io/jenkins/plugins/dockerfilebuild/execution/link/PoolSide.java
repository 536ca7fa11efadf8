package io.jenkins.plugins.dockerfilebuild.execution.link;

import java.util.concurrent.ExecutorService;

/**
 * What an agent is as a member of a pool, beside its services.
 *
 * @param places where steps of all builds run
 * @param threads for the second half of what an operation does
 */
record PoolSide(AgentPeers peers, StepPlaces places, ExecutorService threads) {}
