# shellcheck shell=bash disable=SC2154 # work, round, home are cache.sh's
# A real cache of a real tool: npm's, and the packages it installed, both in one cache mount. The
# registry, and what the machine says of it, are npm's own settings here; nothing of them is kept.

NPM_PACKAGES="next@14 @angular/core@17 @angular/cli@17 gatsby@5 @nestjs/cli@10 webpack@5 typescript@5 @mui/material@5 three@0.160 core-js@3"

# Node and npm of this machine, in an image of busybox.
npm_prepare() {
  need node=nodejs npm
  aside "an image with node and npm"
  local root=$work/npm-root library
  mkdir -p "$root"
  busybox_root "$root"
  mkdir -p "$root/usr/lib/node_modules" "$root/etc/ssl/certs"
  cp -L "$(command -v node)" "$root/usr/bin/node"
  for library in $(ldd "$(command -v node)" | grep -o '/[^ ]*' | sort -u) /lib/*/libnss_dns.so.2 /lib/*/libnss_files.so.2 /lib/*/libresolv.so.2; do
    [[ -e $library ]] || continue
    mkdir -p "$root$(dirname "$library")"
    cp -L "$library" "$root$library"
  done
  cp -a "$(npm root -g)/npm" "$root/usr/lib/node_modules/npm"
  cp -L /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/"
  image_archive "$root" "$work/npm.tar" bench/npm:1
  local number
  for number in 1 2 3; do engine_docker "$number" load -q -i "$work/npm.tar" >/dev/null; done
  rm -rf "$root" "$work/npm.tar"
  mkdir -p "$work/npm"
  printf 'registry=%s\n' "$(npm config get registry)" >"$work/npmrc"
}

npm_dockerfile() { # npm_dockerfile SALT COMMAND [RUN-OPTION]
  cat >"$work/npm.Dockerfile" <<DOCKERFILE
FROM bench/npm:1
RUN ${3:-} --mount=type=secret,id=npmrc,target=/etc/npmrc --mount=type=cache,id=npm,target=/w : $1; cd /w && $2
DOCKERFILE
}

npm_install() { printf 'export NPM_CONFIG_GLOBALCONFIG=/etc/npmrc NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt; node /usr/lib/node_modules/npm/bin/npm-cli.js install --no-audit --no-fund --ignore-scripts --no-package-lock --legacy-peer-deps --loglevel error --prefix /w --cache /w/.npm %s >/dev/null && test -d node_modules/typescript' "$NPM_PACKAGES"; }

npm_ours() { # npm_ours CASE AGENT...
  npm_dockerfile "$1-$round-$RANDOM" "$(npm_install)" --network=host
  local name=$1
  shift
  OPTIONS="--allow network.host --secret id=npmrc,src=$work/npmrc"
  sample npm "ours $name" "$(seconds ours "$work/npm.Dockerfile" "$work/npm" "$@")" \
    "$(jq '[.steps[].mounts[] | select(.type == "cache")] | first | .bytesReceived' "$work/report.json")"
  OPTIONS=
}

npm_buildkit() { # npm_buildkit CASE
  npm_dockerfile "$1-$round-$RANDOM" "$(npm_install)"
  sample npm "buildkit $1" "$(seconds env DOCKER_BUILDKIT=1 DOCKER_HOST="$(engine_host 3)" docker build --network host \
    --secret "id=npmrc,src=$work/npmrc" -t bench/npm-out -f "$work/npm.Dockerfile" "$work/npm")" 0
}

npm_run() {
  npm_prepare
  round=0
  npm_ours "cold" 1
  jq '{files: .cacheVersions[0].files, bytes: .cacheVersions[0].bytes, publishMs: .cacheVersions[0].durationMs, stepMs: .steps[0].durationMs}' \
    "$work/report.json" | tee "$out/npm.json"
  for ((round = 1; round <= rounds; round++)); do
    ((round > 1)) || npm_buildkit cold
    npm_buildkit warm
    rm -rf "$(agent_state 2)/cache" "$work/tar" "$work/old"
    npm_ours "on a cold agent in a warm pool" 2 1
    sample npm-bring-up ours "$(jq '[.steps[].mounts[] | select(.type == "cache")] | first | .bringUpMs / 1000' "$work/report.json")" 0
    mkdir -p "$work/tar" "$work/old"
    sample npm-bring-up tar "$(seconds tar_copy "$(directory 1)" "$work/tar")" 0
    sample npm-bring-up rsync "$(seconds rsync -a "$(directory 1)/" "$work/old/")" 0
    npm_ours "on its own machine" 1
  done
}
