/** What builds of a controller share, with each other and with other controllers. */
package io.jenkins.plugins.dockerfilebuild.jenkins.cluster;
