package io.jenkins.plugins.dockerfilebuild.execution.docker.cache;

import io.jenkins.plugins.dockerfilebuild.cachedirectory.CacheKey;
import io.jenkins.plugins.dockerfilebuild.execution.MountRequest;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.AuxiliaryContainers;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.ImageContainers;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.ImageContainers.ImageContainer;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.VolumeFiles;
import io.jenkins.plugins.dockerfilebuild.execution.docker.files.ContainerPath;
import io.jenkins.plugins.dockerfilebuild.execution.docker.files.FileAttributes;
import io.jenkins.plugins.dockerfilebuild.execution.docker.files.TransferException;
import io.jenkins.plugins.dockerfilebuild.execution.docker.transfer.ImageFilesArchive;
import java.io.IOException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** Makes the part of a cache's volume that a mount wants, empty or with what an image holds. */
record CacheSeed(ImageContainers images, VolumeFiles volume) {

  private static final int PARENT_MODE = 0755;

  /**
   * Where the part lies, links followed as long as they stay inside.
   *
   * @throws TransferException it leaves the cache directory
   */
  static ContainerPath place(VolumeFiles volume, MountRequest.Cache request) throws IOException {
    String source = CacheInstance.sourceOf(request);
    ContainerPath place = ContainerPath.follow(volume.files(), VolumeFiles.at(source));
    String root = AuxiliaryContainers.AT;
    if (!place.path().equals(root) && !place.path().startsWith(root + "/")) {
      throw new TransferException(
          "source=%s of a cache mount leaves the cache directory by a symbolic link"
              .formatted(source));
    }
    return place;
  }

  /**
   * Makes it if it is missing.
   *
   * @param isNew whether the whole directory is new
   * @return whether it was made
   */
  boolean makeUnlessThere(MountRequest.Cache request, boolean isNew) throws IOException {
    ContainerPath place = place(volume, request);
    boolean root = place.path().equals(AuxiliaryContainers.AT);
    if (place.exists() && !(root && isNew)) {
      if (!place.isDirectory()) {
        throw new TransferException(
            "source=%s of a cache mount is not a directory in it".formatted(request.source()));
      }
      return false;
    }
    volume.write(
        tar -> {
          if (isNew && !root) {
            tar.directory(AuxiliaryContainers.AT, parent());
          }
          for (String missing : place.missing()) {
            tar.directory(missing, parent());
          }
        });
    seed(request, place.path());
    return true;
  }

  private static FileAttributes parent() {
    return FileAttributes.ofRoot(PARENT_MODE, Instant.now());
  }

  private void seed(MountRequest.Cache request, String path) throws IOException {
    CacheKey key = request.key();
    FileAttributes own =
        new FileAttributes(key.mode(), key.uid(), key.gid(), Instant.now(), Map.of());
    Optional<String> image = request.seedImage();
    if (image.isPresent()) {
      requireDirectory(image.get(), request);
      String inside = path.substring(AuxiliaryContainers.AT.length());
      volume.write(
          tar ->
              new ImageFilesArchive(inside.isEmpty() ? "/" : inside, tar)
                  .write(images, image.get(), CacheInstance.sourceOf(request)));
    }
    boolean isDefault = key.mode() == CacheKey.DEFAULT_MODE && key.uid() == 0 && key.gid() == 0;
    if (image.isEmpty() || !isDefault) {
      volume.write(tar -> tar.directory(path, own));
    }
  }

  private void requireDirectory(String imageId, MountRequest.Cache request) throws IOException {
    try (ImageContainer image = images.open(imageId)) {
      ContainerPath source = ContainerPath.follow(image.files(), CacheInstance.sourceOf(request));
      if (source.exists() && !source.isDirectory()) {
        throw new TransferException(
            "source=%s of a cache mount is not a directory in its from="
                .formatted(request.source()));
      }
    }
  }
}
