/**
 * Cache directories as values that can follow a build: what one holds ({@link
 * io.jenkins.plugins.dockerfilebuild.cachedirectory.CacheManifest}), how its files are cut into
 * chunks, how one on this machine's disk is scanned and brought up to a manifest.
 */
package io.jenkins.plugins.dockerfilebuild.cachedirectory;
