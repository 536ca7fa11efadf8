/**
 * Dockerfile Build: one Dockerfile, built step by step over a pool of agents. The rooms of the
 * house and the direction of their imports stand in {@code docs/architecture.md}; the test {@code
 * PackageRuleTest} holds them.
 */
package io.jenkins.plugins.dockerfilebuild;
