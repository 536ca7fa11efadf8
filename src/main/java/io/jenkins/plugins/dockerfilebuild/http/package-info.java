/**
 * Requests over HTTP that this process makes itself: within bounds of time, through the proxies of
 * its environment, and to servers whose certificates its machine trusts. The only importer of
 * Apache's HTTP client, which docker-java brings.
 */
package io.jenkins.plugins.dockerfilebuild.http;
