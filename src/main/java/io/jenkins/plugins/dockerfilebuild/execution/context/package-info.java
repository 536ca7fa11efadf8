/**
 * A build context that lies on another machine than the one that plans: {@link
 * io.jenkins.plugins.dockerfilebuild.execution.context.RemoteContextTree} asks, {@link
 * io.jenkins.plugins.dockerfilebuild.execution.context.ContextEndpoint} answers where the files
 * are. Trees and files cross as bytes, files in batches of bounded size; nothing of them is kept on
 * a disk in between.
 */
package io.jenkins.plugins.dockerfilebuild.execution.context;
