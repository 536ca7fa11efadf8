package io.jenkins.plugins.dockerfilebuild.execution;

import io.jenkins.plugins.dockerfilebuild.content.Digest;
import java.util.Optional;

/**
 * A tree of files that the agent was sent.
 *
 * @param tree digest of the {@link io.jenkins.plugins.dockerfilebuild.content.Tree}, stored as a
 *     blob on the agent, as are its files
 * @param times digest of its {@link io.jenkins.plugins.dockerfilebuild.content.ModificationTimes},
 *     stored as a blob too; empty: files are as old as their copy on the agent
 */
public record TreeReference(Digest tree, Optional<Digest> times) {}
