/**
 * The entry of the agent runtime: what a carrier that knows nothing of us calls by name, with
 * bytes.
 */
package io.jenkins.plugins.dockerfilebuild.runtime;
