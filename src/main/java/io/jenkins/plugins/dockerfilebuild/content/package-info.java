/**
 * Content by digest: blobs, trees of files, the build context, the content store on an agent, and
 * safe unpacking. Every commit of a file to disk happens here (temporary file, atomic move).
 */
package io.jenkins.plugins.dockerfilebuild.content;
