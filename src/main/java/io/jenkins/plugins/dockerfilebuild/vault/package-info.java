/**
 * A durable home of cache directories in an object store: what {@code scheduling} takes for one
 * more holder of versions, on which no step runs. The only importer of the AWS SDK. It runs where
 * the caller runs, so no agent ever sees the store's credentials.
 */
package io.jenkins.plugins.dockerfilebuild.vault;
