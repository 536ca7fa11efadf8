#!/usr/bin/env bash
# Measures builds over a pool of agents, an engine each, all on one machine: `bin/bench pool`.
#
#   bin/bench pool [--rounds N] [--work "wide chain layer"] [--agents "1 2 4 8"] [--out FOLDER]
#
# wide: 16 stages of one RUN that sleeps for 2 s, and a last stage that mounts a file of each, on 1, 2, 4
#   and 8 agents that run one step at a time; BuildKit on one engine, which knows no such bound, for
#   reference.
# chain: 20 small RUN, one after the other, on one agent and on a pool of four.
# layer: an image with a layer of 200 MB brought to another agent, when that has nothing of it and
#   when it has all but the last megabyte; against `docker save | docker load` by hand.
#
# Needs root.
set -euo pipefail
home=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
# shellcheck source=/dev/null
for part in console packages engines base-image; do . "$home/bin/lib/$part.sh"; done
. "$home/src/bench/java.sh"

rounds=3 works="wide chain layer" pools="1 2 4 8" out=$home/target/bench-pool
while (($# > 0)); do
  case $1 in
    --rounds) rounds=$2 ;;
    --work) works=$2 ;;
    --agents) pools=$2 ;;
    --out) out=$2 ;;
    *) die "unknown option $1; the head of this script says what there is" ;;
  esac
  shift 2
done

need jq
work=$(mktemp -d /tmp/bench.XXXXXX)
finish() {
  if [[ -n ${WARM_PID:-} ]]; then kill "$WARM_PID" 2>/dev/null || true; fi
  engines_stop
  rm -rf "$work"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
mkdir -p "$out" "$work/empty"
samples=$out/samples.jsonl
: >"$samples"

# ours AGENT...: builds $work/Dockerfile on these (each NUMBER or NUMBER,TERMS); the report is in
# $work/report.json. One JVM for all builds, as a controller is.
ours() {
  local arguments=() agent status IFS=$'\t'
  for agent in "$@"; do arguments+=(--agent "a${agent%%,*}=$(engine_host "${agent%%,*}"),capacity=1${agent#"${agent%%,*}"}"); done
  arguments+=(--state "$work/state" --progress plain --report "$work/report.json" -f "$work/Dockerfile" "$work/empty")
  printf '%s\n' "$work/build.log${IFS}build$IFS${arguments[*]}" >&"${WARM[1]}"
  read -r status <&"${WARM[0]}"
  [[ $status == 0 ]] || { tail -n 20 "$work/build.log" >&2; die "the build failed"; }
}

buildkit() { DOCKER_BUILDKIT=1 engine_docker 1 build --progress plain -f "$work/Dockerfile" "$work/empty"; }

timed() { # timed COMMAND...: sets $seconds
  local begin
  begin=$(now)
  "$@" >"$work/timed.log" 2>&1 || { tail -n 20 "$work/timed.log" >&2; die "$1 failed"; }
  seconds=$(jq -n --argjson from "$begin" --argjson to "$(now)" '$to - $from')
}

sample() { # sample CASE SECONDS [BYTES]
  jq -cn --arg case "$1" --argjson seconds "$2" --argjson bytes "${3:-0}" --argjson round "$round" \
    '{$case, $round, $seconds, $bytes}' | tee -a "$samples" |
    jq -r '"  \(.case)  \(.seconds * 1000 | round) ms  \(.bytes) bytes"' >&2
}

report() { jq "$1" "$work/report.json"; }

# ---- wide

wide_dockerfile() {
  local i mounts=''
  for ((i = 1; i <= 16; i++)); do
    printf 'FROM bench/busybox:1 AS s%d\nRUN sleep 2; echo %d-%s >/out\n' "$i" "$i" "$RANDOM$RANDOM-$round"
    mounts+=" --mount=from=s$i,source=/out,target=/from/$i"
  done >"$work/Dockerfile"
  printf 'FROM bench/busybox:1\nRUN%s cat /from/* >/all\n' "$mounts" >>"$work/Dockerfile"
}

wide_round() {
  local count
  for count in $pools; do
    wide_dockerfile
    # shellcheck disable=SC2046 # one word for each agent
    timed ours $(seq 1 "$count")
    sample "wide-$count" "$seconds"
    sample "wide-$count-steps" "$(report '[.steps[:-1][] | .startMs + .durationMs] as $ends | [.steps[].startMs] | (($ends | max) - min) / 1000')"
    cp "$work/report.json" "$out/wide-$count-$round.json"
  done
  wide_dockerfile
  timed buildkit
  sample wide-buildkit "$seconds"
}

# ---- chain

chain_dockerfile() {
  local i
  printf 'FROM bench/busybox:1\n' >"$work/Dockerfile"
  for ((i = 1; i <= 20; i++)); do printf 'RUN echo %d-%s >/%d\n' "$i" "$RANDOM$RANDOM-$round" "$i"; done >>"$work/Dockerfile"
}

chain_round() {
  local pools=("1" "1 2 3 4") i pool
  for ((i = 0; i < 2; i++)); do
    pool=${pools[(i + round) % 2]}
    chain_dockerfile
    # shellcheck disable=SC2086 # one word for each agent
    timed ours $pool
    sample "chain-$(wc -w <<<"$pool")" "$seconds"
    [[ $(report '[.steps[].agent] | unique | length') == 1 ]] || bad "the chain was not built on one agent"
  done
}

# ---- layer

# The first agent has the image, but says that it cannot run commands of the platform, so the second
# one does. What the second and the third had of it before is removed.
layer_round() {
  local big="$RANDOM$RANDOM-$round" number image
  for number in 2 3; do engine_docker "$number" image prune -f >/dev/null; done
  layer_dockerfile "$big"
  ours 1
  layer_dockerfile "$big" "true; : go"
  ours 2 1,platform=linux/s390x
  sample layer-nothing-shared "$(report '.transfers[0].durationMs / 1000')" "$(report '.transfers[0].bytes')"
  image=$(jq -r '.transfers[0].what | ltrimstr("image ")' "$work/report.json")
  timed by_hand "$image"
  sample layer-nothing-shared-by-hand "$seconds" "$(engine_docker 1 save "$image" | wc -c)"
  layer_dockerfile "$big" "head -c 1000000 /dev/urandom >/small"
  ours 1
  layer_dockerfile "$big" "head -c 1000000 /dev/urandom >/small" "true; : go"
  ours 2 1,platform=linux/s390x
  sample layer-most-shared "$(report '.transfers[0].durationMs / 1000')" "$(report '.transfers[0].bytes')"
  image=$(jq -r '.transfers[0].what | ltrimstr("image ")' "$work/report.json")
  timed by_hand "$image"
  sample layer-most-shared-by-hand "$seconds" "$(engine_docker 1 save "$image" | wc -c)"
}

layer_dockerfile() { # layer_dockerfile NAME COMMAND...
  printf 'FROM bench/busybox:1\nRUN : %s; head -c 200000000 /dev/urandom >/big\n' "$1" >"$work/Dockerfile"
  shift
  if (($# > 0)); then printf 'RUN %s\n' "$@" >>"$work/Dockerfile"; fi
}

by_hand() { engine_docker 1 save "$1" | engine_docker 3 load; }

most=$(tr ' ' '\n' <<<"$pools 4" | sort -n | tail -n 1)
bench_classes
engines_start "$most"
busybox_archive "$work/base.tar" bench/busybox:1
for ((number = 1; number <= most; number++)); do engine_docker "$number" load -q -i "$work/base.tar" >/dev/null; done
coproc WARM { exec java -Xmx256m -cp "$BENCH_PATH" io.jenkins.plugins.dockerfilebuild.cli.WarmBench; }
# Round 0 connects, and warms engines and JVM; it is not counted.
for ((round = 0; round <= rounds; round++)); do
  title "Round $round of $rounds"
  for one in $works; do "${one}_round"; done
done
jq -rs -f "$home/src/bench/pool.jq" "$samples" | tee "$out/table.md"
