# shellcheck shell=bash disable=SC2154 # work, round, rounds are cache.sh's
# A real cache of a real tool: npm's, and the packages it installed, both in one cache mount. The
# registry, and what the machine says of it, are npm's own settings here; nothing of them is kept.

NPM_PACKAGES="next@14 @angular/core@17 @angular/cli@17 gatsby@5 @nestjs/cli@10 webpack@5 typescript@5 @mui/material@5 three@0.160 core-js@3"

# Node and npm of this machine, in an image of busybox.
npm_prepare() {
  need node=nodejs npm
  aside "an image with node and npm"
  local root=$work/npm-root library number
  mkdir -p "$root"
  busybox_root "$root"
  mkdir -p "$root/usr/lib/node_modules" "$root/etc/ssl/certs" "$root/usr/bin"
  cp -L "$(command -v node)" "$root/usr/bin/node"
  for library in $(ldd "$(command -v node)" | grep -o '/[^ ]*' | sort -u) /lib/*/libnss_dns.so.2 /lib/*/libnss_files.so.2 /lib/*/libresolv.so.2; do
    [[ -e $library ]] || continue
    mkdir -p "$root$(dirname "$library")"
    cp -L "$library" "$root$library"
  done
  cp -aL "$(npm root -g)/npm" "$root/usr/lib/node_modules/npm"
  cp -L "${NODE_EXTRA_CA_CERTS:-/etc/ssl/certs/ca-certificates.crt}" "$root/etc/ssl/certs/ca-certificates.crt"
  image_archive "$root" "$work/npm.tar" bench/npm:1
  for number in 1 2 3; do engine_docker "$number" load -q -i "$work/npm.tar" >/dev/null; done
  mv "$root" "$work/aside/npm-root"
  rm "$work/npm.tar"
  printf 'registry=%s\n' "$(npm config get registry)" >"$work/npmrc"
}

npm_dockerfile() { # npm_dockerfile SALT [RUN-OPTION]
  cat >"$work/npm.Dockerfile" <<DOCKERFILE
FROM bench/npm:1
RUN ${2:-} --mount=type=secret,id=npmrc,target=/etc/npmrc --mount=type=cache,id=npm,target=/c : $1; cd /c && NPM_CONFIG_GLOBALCONFIG=/etc/npmrc NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt node /usr/lib/node_modules/npm/bin/npm-cli.js install --no-audit --no-fund --ignore-scripts --no-package-lock --legacy-peer-deps --loglevel error --prefix /c --cache /c/.npm $NPM_PACKAGES && test -d node_modules/typescript
DOCKERFILE
}

npm_ours() { # npm_ours CASE AGENT
  npm_dockerfile "$1-$round-$RANDOM" --network=host
  OPTIONS="--allow network.host --secret id=npmrc,src=$work/npmrc"
  sample npm "ours $1" "$(seconds ours "$2" "$work/npm.Dockerfile" "$work/empty")" "$(cache_mount .bytesReceived)"
  OPTIONS=
}

npm_buildkit() { # npm_buildkit CASE
  npm_dockerfile "$1-$round-$RANDOM"
  sample npm "buildkit $1" "$(seconds env DOCKER_BUILDKIT=1 DOCKER_HOST="$(engine_host 3)" /usr/bin/docker build --network host \
    --progress plain --secret "id=npmrc,src=$work/npmrc" -t bench/npm-out -f "$work/npm.Dockerfile" "$work/empty")" 0
}

npm_run() {
  IMAGE=bench/npm:1 ID=npm round=0
  npm_prepare
  npm_ours "cold" 1
  published filling
  cache_rounds
}

# Whole builds; after npm_run.
npm_buildkit_run() {
  npm_buildkit cold
  npm_buildkit warm
  forget_caches
  npm_ours "on a cold agent in a warm pool" 2
  npm_ours "on its own machine" 1
}
