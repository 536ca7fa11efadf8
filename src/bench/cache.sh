#!/usr/bin/env bash
# Measures cache directories that follow a build to another agent: `bin/bench cache`.
#
#   bin/bench cache [--rounds N] [--files N] [--work "files redis npm large"] [--out FOLDER]
#
# files: a cache of N files (default 30,000) of a Debian system, 1 GiB and more, on a first agent;
#   brought to a second one where nothing, 1 % or everything is new, against tar and `rsync -a`.
# redis: Debian's redis compiled with ccache on an agent that has never done it, while another one
#   has; against BuildKit with an empty and with a full ccache.
#
# npm: what npm installs of some frameworks, from its registry, inside of the build.
# large: 10 GiB in 40,000 files, with a heap of 256 MB on every side; takes minutes and 35 GB.
#
# All is on one machine: what would travel over a network is counted, not slowed down. Needs root.
set -euo pipefail
home=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
# shellcheck source=/dev/null
for part in console packages engines base-image; do . "$home/bin/lib/$part.sh"; done
. "$home/src/bench/disk.sh"
. "$home/src/bench/cache-npm.sh"
. "$home/src/bench/cache-large.sh"
. "$home/src/bench/java.sh"

rounds=3 files=30000 works="files redis" out=$home/target/bench-cache
while (($# > 0)); do
  case $1 in
    --rounds) rounds=$2 ;;
    --files) files=$2 ;;
    --work) works=$2 ;;
    --out) out=$2 ;;
    *) die "unknown option $1; the head of this script says what there is" ;;
  esac
  shift 2
done

need jq rsync
work=$(mktemp -d /tmp/bench.XXXXXX)
finish() {
  if [[ -n ${WARM_PID:-} ]]; then kill "$WARM_PID" 2>/dev/null || true; fi
  engines_stop
  own_disk_remove
  rm -rf "$work"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
mkdir -p "$out"
out=$(cd "$out" && pwd)
own_disk
ENGINES_PARENT=$work
mkdir -p "$work/empty"
samples=$out/samples.jsonl
: >"$samples"

# One JVM for all builds, as a controller with its agents' ends would be.
warm_start() {
  bench_classes
  coproc WARM { exec java -Xmx256m -Dbench.first=true -cp "$BENCH_PATH" io.jenkins.plugins.dockerfilebuild.cli.WarmBench; }
}

# ours DOCKERFILE CONTEXT AGENT...: a build on the first agent, the others being there too; its
# report is in $work/report.json.
ours() {
  local file=$1 context=$2 arguments=() number status IFS=$'\t'
  shift 2
  for number in "$@"; do arguments+=(--agent "a$number=$(engine_host "$number")"); done
  # shellcheck disable=SC2206 # words
  local IFS=" "
  arguments+=(${OPTIONS:-})
  IFS=$'\t'
  arguments+=(--state "$work/state" --progress plain --report "$work/report.json" -f "$file" "$context")
  printf '%s\n' "$work/build.log${IFS}build$IFS${arguments[*]}" >&"${WARM[1]}"
  read -r status <&"${WARM[0]}"
  [[ $status == 0 ]] || { tail -n 20 "$work/build.log" >&2; die "the build failed"; }
}

seconds() { # seconds COMMAND...: what it takes; what was written before is on the disk by then
  local begin
  sync
  begin=$(now)
  "$@" >"$work/seconds.log" 2>&1 || { cat "$work/seconds.log" >&2; return 1; }
  jq -n --argjson from "$begin" --argjson to "$(now)" '$to - $from'
}

sample() { # sample CASE TOOL SECONDS BYTES
  jq -cn --arg case "$1" --arg tool "$2" --argjson seconds "$3" --argjson bytes "$4" --argjson round "$round" \
    '{$case, $tool, $round, $seconds, $bytes}' | tee -a "$samples" |
    jq -r '"  \(.case)  \(.tool)  \(.seconds * 1000 | round) ms  \(.bytes) bytes"' >&2
}

# directory N: the cache directory of agent N.
directory() {
  find "$(agent_state "$1")/cache" -mindepth 2 -maxdepth 2 -name 0 | head -n 1
}
agent_state() { printf '%s/state/engines/%s' "$work" "$(printf '%s' "$(engine_docker "$1" info --format '{{.ID}} {{.DockerRootDir}}')" | sha256sum | cut -c1-12)"; }

# ---- files

files_prepare() {
  aside "an image with $files files"
  mkdir -p "$work/root/files"
  busybox_root "$work/root"
  find /usr/lib /usr/share -xdev -type f -size +0 -size -40000k 2>/dev/null | sort |
    awk -v n="$files" '{all[NR] = $0} END {for (i = 1; i <= n && i <= NR; i++) print all[int((i - 1) * NR / n) + 1]}' | uniq |
    sed 's|^/||' | tar -C / -cf - --files-from=- | tar -C "$work/root/files" -xf -
  image_archive "$work/root" "$work/files.tar" bench/files:1
  engine_docker 1 load -q -i "$work/files.tar" >/dev/null
  engine_docker 2 load -q -i "$work/files.tar" >/dev/null
  rm -rf "$work/root" "$work/files.tar"
}

files_dockerfile() { printf 'FROM bench/files:1\nRUN --mount=type=cache,id=files,target=/c : %s; %s\n' "$1" "$2" >"$work/Dockerfile"; }

# Every hundredth file gets as many new bytes as it has.
CHANGE='find /c -type f | sort | awk "NR % 100 == 0" | while read -r f; do head -c $(stat -c %s "$f") /dev/urandom >"$f"; done'

bring_up() { # bring_up CASE: on agent 2, told by the report
  files_dockerfile "$RANDOM$RANDOM-$round" "ls /c >/dev/null"
  sync
  ours "$work/Dockerfile" "$work/empty" 2 1
  jq '[.steps[].mounts[]] | first | (.bringUpMs // 0) / 1000' "$work/report.json" >"$work/seconds"
  jq '[.steps[].mounts[]] | first | .bytesReceived' "$work/report.json" >"$work/bytes"
  sample "$1" ours "$(cat "$work/seconds")" "$(cat "$work/bytes")"
  diff -rq "$(directory 1)" "$(directory 2)" >/dev/null || die "the replicas differ after $1"
}

tar_copy() { tar -C "$1" -cf - . | tar -C "$2" -xf -; }

peers() { # peers CASE FROM OLD: OLD is what a second agent would have
  rm -rf "$work/tar" && mkdir "$work/tar"
  sample "$1" tar "$(seconds tar_copy "$2" "$work/tar")" "$(tar -C "$2" -cf - . | wc -c)"
  rm -rf "$work/tar"
  local took bytes
  took=$(seconds rsync -a --delete --no-whole-file --stats --log-file="$work/rsync.log" "$2/" "$3/")
  bytes=$(sed -n 's/.*Total bytes sent: //p' "$work/rsync.log" | tail -n 1 | tr -d ,)
  sample "$1" rsync "$took" "${bytes:-0}"
}

files_round() {
  rm -rf "$(agent_state 2)/cache" "$work/old" && mkdir "$work/old"
  bring_up new
  peers new "$(directory 1)" "$work/old"
  bring_up unchanged
  peers unchanged "$(directory 1)" "$work/old"
  files_dockerfile "change-$round-$RANDOM" "$CHANGE"
  ours "$work/Dockerfile" "$work/empty" 1
  sample changing-step publish "$(jq '.cacheVersions[0].durationMs / 1000' "$work/report.json")" 0
  sample changing-step step "$(jq '.steps[0].durationMs / 1000' "$work/report.json")" 0
  bring_up one-percent
  sample one-percent changed 0 "$(find "$(directory 1)" -type f | sed "s|^$(directory 1)|/c|" | sort | awk 'NR % 100 == 0' |
    sed "s|^/c|$(directory 1)|" | tr '\n' '\0' | du -bc --files0-from=- | tail -n 1 | cut -f1)"
  peers one-percent "$(directory 1)" "$work/old"
}

files_run() {
  files_prepare
  files_dockerfile fill "cp -a /files/. /c/"
  ours "$work/Dockerfile" "$work/empty" 1
  round=0
  sample filling-step publish "$(jq '.cacheVersions[0].durationMs / 1000' "$work/report.json")" "$(jq '.cacheVersions[0].bytes' "$work/report.json")"
  sample filling-step step "$(jq '.steps[0].durationMs / 1000' "$work/report.json")" "$(jq '.cacheVersions[0].files' "$work/report.json")"
  for ((round = 1; round <= rounds; round++)); do files_round; done
  jq -n --argjson kb "$(awk '/VmHWM/ {print $2}' "/proc/$WARM_PID/status")" '"peak resident memory of the JVM: \($kb / 1024 | round) MB (heap limit 256 MB)"' -r | tee "$out/memory.txt"
}

# ---- redis

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
  redis_dockerfile "$2-$round-$RANDOM"
  sample redis "buildkit $1" "$(seconds buildkit)" 0
}

redis_ours() { # redis_ours NAME AGENT...
  redis_dockerfile "$1-$round-$RANDOM"
  local name=$1
  shift
  sample redis "ours $name" "$(seconds ours "$work/redis.Dockerfile" "$work/redis" "$@")" "$(jq '[.steps[].mounts[] | select(.type == "cache")] | first | .bytesReceived' "$work/report.json")"
}

redis_run() {
  redis_prepare
  round=0
  redis_ours "cold" 1
  for ((round = 1; round <= rounds; round++)); do
    engine_docker 3 builder prune -af >/dev/null
    redis_buildkit cold cold
    redis_buildkit warm warm
    rm -rf "$(agent_state 2)/cache"
    redis_ours "on a cold agent in a warm pool" 2 1
    redis_ours "on its own machine" 1
  done
}

engines_start 3
warm_start
for one in $works; do "${one}_run"; done
{
  printf '%s cores, Linux %s, Docker %s; %s rounds.\n\n' "$(nproc)" "$(uname -r)" "$(engine_docker 1 version --format '{{.Server.Version}}')" "$rounds"
  jq -rs 'group_by([.case, .tool])[] | sort_by(.seconds) as $all | ($all | length) as $n
    | "| \(.[0].case) | \(.[0].tool) | \($all[($n - 1) / 2 | floor].seconds * 1000 | round) (\($all[0].seconds * 1000 | round)–\($all[$n - 1].seconds * 1000 | round)) | \([.[].bytes] | sort | .[($n - 1) / 2 | floor]) |"' "$samples" |
    { printf '| case | tool | ms: median (least–most) | bytes |\n| --- | --- | --- | --- |\n'; cat; }
} >"$out/table.md"
cat "$out/table.md"
