package io.jenkins.plugins.dockerfilebuild.dockerfile;

/**
 * A here-document of a RUN, COPY or ADD.
 *
 * @param name the delimiter without quotes, which is also the file's name in COPY and ADD
 * @param fileDescriptor the number before {@code <<}, 0 when there is none
 * @param expand false when any part of the delimiter was quoted: variables stay as written
 * @param chomp true for {@code <<-}: leading tabs are stripped when the content is used
 * @param content raw text as in the file, line ends kept, tabs not yet stripped
 */
public record HereDocument(
    String name, int fileDescriptor, boolean expand, boolean chomp, String content) {}
