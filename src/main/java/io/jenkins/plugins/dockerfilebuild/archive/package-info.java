/**
 * Images outside an engine: what {@code docker save} writes, turned into an archive of an OCI image
 * layout, into an archive of the image's files, or into the files. Archives come from engines that
 * may lie and hold what a Dockerfile brought in: nothing of them is trusted.
 */
package io.jenkins.plugins.dockerfilebuild.archive;
