/**
 * What builds share and remember, as ports: soft knowledge that may be lost without making a result
 * wrong. The truth about results lies with the agents.
 */
package io.jenkins.plugins.dockerfilebuild.coordination;
