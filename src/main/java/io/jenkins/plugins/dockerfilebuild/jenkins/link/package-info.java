/**
 * The link to Jenkins agents: the agent runtime is brought to an agent's disk once per release, and
 * requests to it cross the channel as bytes. Classes that run on the agent are {@link
 * io.jenkins.plugins.dockerfilebuild.jenkins.link.RuntimeCall}, {@link
 * io.jenkins.plugins.dockerfilebuild.jenkins.link.UnpackRuntime} and {@link
 * io.jenkins.plugins.dockerfilebuild.jenkins.link.LoadedRuntime}: few and free of libraries, for
 * they are fetched class by class.
 */
package io.jenkins.plugins.dockerfilebuild.jenkins.link;
