# shellcheck shell=bash disable=SC2154 # work, home, out, round, rounds are cache.sh's
# Debian's redis, compiled with ccache in a cache mount.

redis_prepare() {
  "$home/examples/lua/prepare" "$home/target/lua"
  local number
  for number in 1 2 3; do engine_docker "$number" load -q -i "$home/target/lua/toolchain.tar" >/dev/null; done
  aside "the sources of redis"
  mkdir -p "$work/apt"/{lists/partial,cache/archives/partial,tree}
  local mirror suite
  # shellcheck source=/dev/null
  suite=$(. /etc/os-release && echo "$VERSION_CODENAME")
  # shellcheck disable=SC2016 # apt's own placeholders
  mirror=$(apt-get indextargets --format '$(REPO_URI) $(RELEASE)' 'Created-By: Packages' 'Component: main' |
    awk -v suite="$suite" '$2 == suite && !found {print $1; found = 1}')
  printf 'deb-src [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] %s %s main\n' "$mirror" "$suite" >"$work/apt/sources.list"
  (
    cd "$work/apt"
    local options=(-o "Dir::Etc::SourceList=$work/apt/sources.list" -o Dir::Etc::SourceParts=/dev/null
      -o "Dir::State::Lists=$work/apt/lists" -o "Dir::Cache=$work/apt/cache" -o APT::Sandbox::User=root)
    apt-get "${options[@]}" update -q && apt-get "${options[@]}" source -q --download-only redis
  ) >"$out/apt.log" 2>&1 || die "apt could not fetch redis; see $out/apt.log"
  mkdir -p "$work/redis"
  tar -xf "$work"/apt/redis_*.orig.tar.* -C "$work/redis" --strip-components=1
}

redis_dockerfile() {
  cat >"$work/redis.Dockerfile" <<DOCKERFILE
FROM dockerfile-build/toolchain:1
ENV PATH=/usr/lib/ccache:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin CCACHE_DIR=/ccache
RUN --mount=type=bind,target=/src,rw --mount=type=cache,id=ccache,target=/ccache : $1; cd /src && make -j2 CC=gcc MALLOC=libc >/make.log 2>&1 && cp src/redis-server /redis-server && ccache -s | head -n 4
DOCKERFILE
}

buildkit() { DOCKER_BUILDKIT=1 engine_docker 3 build --progress plain -t bench/redis -f "$work/redis.Dockerfile" "$work/redis"; }

redis_buildkit() {
  redis_dockerfile "$1-$round-$RANDOM"
  sample redis "buildkit $1" "$(seconds buildkit)" 0
}

redis_ours() { # redis_ours NAME AGENT
  redis_dockerfile "$1-$round-$RANDOM"
  sample redis "ours $1" "$(seconds ours "$2" "$work/redis.Dockerfile" "$work/redis")" "$(cache_mount .bytesReceived)"
  cp "$work/report.json" "$out/redis-${1// /-}-$round.json"
  cp "$work/seconds.log" "$out/redis-${1// /-}-$round.log"
}

redis_run() {
  ID=redis round=0
  redis_prepare
  redis_ours "cold" 1
  published filling
  for ((round = 1; round <= rounds; round++)); do
    engine_docker 3 builder prune -af >/dev/null
    redis_buildkit cold
    redis_buildkit warm
    forget_caches
    redis_ours "on a cold agent in a warm pool" 2
    redis_ours "on its own machine" 1
  done
}
