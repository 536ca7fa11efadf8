package io.jenkins.plugins.dockerfilebuild.content;

/**
 * What a {@link RemoteSource} holds.
 *
 * @param tree the file, or the directory
 * @param identity what counts in the key; that of the tree, but for a git directory, whose files
 *     differ with each fetch of the same commit
 */
public record RemoteContent(Tree tree, Digest identity) {}
