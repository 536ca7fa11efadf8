/**
 * What an image is, apart from where it lies: its configuration, and a base image as it was found.
 * Values only; planning and execution share them.
 */
package io.jenkins.plugins.dockerfilebuild.image;
