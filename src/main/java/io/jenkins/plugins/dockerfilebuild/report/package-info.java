/**
 * What a build's events look like to people and programs: console lines, the terminal display, the
 * build report as JSON and as a page. Takes no decisions, starts nothing, writes no file.
 *
 * <p>Text that a step printed, and every text that comes from a Dockerfile or an agent, passes
 * {@link io.jenkins.plugins.dockerfilebuild.report.PrintableText} before it reaches a terminal and
 * is escaped before it reaches a page.
 */
package io.jenkins.plugins.dockerfilebuild.report;
