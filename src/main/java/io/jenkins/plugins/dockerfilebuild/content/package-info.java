/**
 * Content by digest: blobs, trees of files, the build context and the content store of an agent.
 * Every commit of a file to disk happens here (temporary file, atomic move).
 */
package io.jenkins.plugins.dockerfilebuild.content;
