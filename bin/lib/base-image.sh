# shellcheck shell=bash
# Base images without a registry. Needs console.sh and packages.sh.

# busybox_archive FILE NAME: writes an archive for `docker load` that holds NAME, a small system
# around Debian's busybox-static.
busybox_archive() {
  need /bin/busybox=busybox-static jq
  local root
  root=$(mktemp -d)
  busybox_root "$root"
  image_archive "$root" "$1" "$2"
  rm -rf "$root"
}

busybox_root() {
  mkdir -p "$1"/{bin,dev,etc,proc,root,sbin,sys,tmp,usr/bin,usr/sbin,var/tmp}
  chmod 1777 "$1/tmp" "$1/var/tmp"
  chmod 700 "$1/root"
  cp /bin/busybox "$1/bin/busybox"
  local applet
  /bin/busybox --list-full | while read -r applet; do
    [[ $applet == bin/busybox || $applet == linuxrc ]] || ln -s /bin/busybox "$1/$applet"
  done
  printf 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n' >"$1/etc/passwd"
  printf 'root:x:0:\nnogroup:x:65534:\n' >"$1/etc/group"
}

# image_archive ROOT FILE NAME: packs a folder as an image of one layer. Names sorted, times and
# owners fixed, no creation time: the same files give the same layer digest and image id on every
# engine, which `docker import` does not.
image_archive() {
  local work layer image
  work=$(mktemp -d)
  tar -C "$1" --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner --format=gnu \
    -cf "$work/layer.tar" .
  layer=$(sha256sum "$work/layer.tar")
  jq -cn --arg arch "$(image_architecture)" --arg layer "sha256:${layer%% *}" '{
    architecture: $arch, os: "linux", created: "1970-01-01T00:00:00Z",
    config: {Env: ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"], Cmd: ["sh"]},
    rootfs: {type: "layers", diff_ids: [$layer]},
    history: [{created: "1970-01-01T00:00:00Z", created_by: "packed from a folder"}]
  }' >"$work/config.json"
  image=$(sha256sum "$work/config.json")
  mv "$work/config.json" "$work/${image%% *}.json"
  jq -cn --arg config "${image%% *}.json" --arg name "$3" \
    '[{Config: $config, RepoTags: [$name], Layers: ["layer.tar"]}]' >"$work/manifest.json"
  tar -C "$work" -cf "$2" manifest.json "${image%% *}.json" layer.tar
  rm -rf "$work"
}

# Debian's name for this machine's architecture, in the spelling of the OCI image specification.
image_architecture() {
  case $(dpkg --print-architecture) in
    armhf | armel) echo arm ;;
    i386) echo 386 ;;
    ppc64el) echo ppc64le ;;
    *) dpkg --print-architecture ;;
  esac
}

# test_base_load COUNT: loads the base image of the tests into that many private engines.
test_base_load() {
  DOCKERFILE_BUILD_TEST_BASE=dockerfile-build/busybox:1
  busybox_archive "$ENGINES_FOLDER/base.tar" "$DOCKERFILE_BUILD_TEST_BASE"
  local number
  for ((number = 1; number <= $1; number++)); do
    engine_docker "$number" load -q -i "$ENGINES_FOLDER/base.tar" >/dev/null
  done
}
