#!/usr/bin/env bash
# Measures builds over a pool of agents, an engine each, all on one machine: `bin/bench pool`.
#
#   bin/bench pool [--join] [--rounds N] [--work "wide chain layer files log"] [--agents "1 2 4 8"] \
#     [--seconds N] [--out FOLDER]
#
# --join: agents are processes, a pool that the build joins; else the process that builds speaks to the
#   engines itself. An agent runs one step at a time.
# wide: 16 stages of one RUN that sleeps for N seconds (default 2), and a last stage that mounts a file of each, on 1, 2, 4
#   and 8 agents; BuildKit on one engine, which knows no such bound, for reference. The same by hand: nothing but
#   the engine's own requests for 16 containers (create, start, wait, commit, remove), one at a time on each engine,
#   by curl. All engines share this machine, so that is the best that anything reaches here.
# chain: 20 small RUN, one after the other, on one agent and on a pool of four.
# layer: an image with a layer of 200 MB brought to another agent, when that has nothing of it and
#   when it has all but the last megabyte; against `docker save | docker load` by hand.
# files: the same image, of which a step on another agent takes one megabyte, or all: what the step takes above its sleep.
# log: how long a line takes from the command that prints it to the build's output.
#
# Needs root.
set -euo pipefail
home=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
# shellcheck source=/dev/null
for part in console packages engines base-image; do . "$home/bin/lib/$part.sh"; done
for part in java disk agents; do . "$home/src/bench/$part.sh"; done

rounds=3 works="wide chain layer files log" pools="1 2 4 8" length=2 out=$home/target/bench-pool joined=''
while (($# > 0)); do
  case $1 in
    --join) joined=yes; shift; continue ;;
    --rounds) rounds=$2 ;;
    --work) works=$2 ;;
    --agents) pools=$2 ;;
    --seconds) length=$2 ;;
    --out) out=$2 ;;
    *) die "unknown option $1; the head of this script says what there is" ;;
  esac
  shift 2
done

need jq curl
bench_begin agents_stop

# ours COUNT: builds $work/Dockerfile on the first COUNT agents; the report is in $work/report.json.
# One JVM for all builds, as a controller is.
ours() {
  local arguments=() number
  if [[ $joined ]]; then
    arguments=(--join "$POOL" --agent-label "of$1")
  else
    for ((number = 1; number <= $1; number++)); do arguments+=(--agent "a$number=$(engine_host "$number"),capacity=1"); done
  fi
  warm_build "${arguments[@]}" --state "$work/state" --progress plain --report "$work/report.json" -f "$work/Dockerfile" "$work/empty"
}

buildkit() { DOCKER_BUILDKIT=1 engine_docker 1 build --progress plain -f "$work/Dockerfile" "$work/empty"; }

timed() { # timed COMMAND...: sets $seconds, and $busy_seconds, the machine's processor time
  local begin busy
  sync
  begin=$(now) busy=$(busy_ticks)
  "$@" >"$work/timed.log" 2>&1 || { tail -n 20 "$work/timed.log" >&2; die "$1 failed"; }
  seconds=$(jq -n --argjson from "$begin" --argjson to "$(now)" '$to - $from')
  busy_seconds=$(jq -n "($(busy_ticks) - $busy) / $(getconf CLK_TCK)")
}

busy_ticks() { # all that is not idle or waiting for a disk: proc(5)
  local user nice system interrupts soft
  read -r _ user nice system _ _ interrupts soft _ </proc/stat
  echo $((user + nice + system + interrupts + soft))
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
    printf 'FROM bench/busybox:1 AS s%d\nRUN sleep %d; echo %d-%s >/out\n' "$i" "$length" "$i" "$RANDOM$RANDOM-$round"
    mounts+=" --mount=from=s$i,source=/out,target=/from/$i"
  done >"$work/Dockerfile"
  printf 'FROM bench/busybox:1\nRUN%s cat /from/* >/all\n' "$mounts" >>"$work/Dockerfile"
}

wide_round() {
  local count
  for count in $pools; do
    timed by_hand_wide "$count"
    sample "wide-$count-by-hand" "$seconds"
    sample "wide-$count-by-hand-cpu" "$busy_seconds"
    wide_dockerfile
    timed ours "$count"
    sample "wide-$count" "$seconds"
    sample "wide-$count-cpu" "$busy_seconds"
    sample "wide-$count-steps" "$(report '[.steps[:-1][] | .startMs + .durationMs] as $ends | [.steps[].startMs] | (($ends | max) - min) / 1000')"
    cp "$work/report.json" "$out/wide-$count-$round.json"
  done
  wide_dockerfile
  timed buildkit
  sample wide-buildkit "$seconds"
  sample wide-buildkit-cpu "$busy_seconds"
}

by_hand_wide() { # by_hand_wide COUNT: the layer of one is made while the next one runs, as in ours
  local engine workers=()
  for ((engine = 1; engine <= $1; engine++)); do
    by_hand_worker "$engine" $((16 / $1)) &
    workers+=("$!")
  done
  wait "${workers[@]}"
}

by_hand_worker() { # by_hand_worker ENGINE STEPS
  local i id layers=() body
  for ((i = 1; i <= $2; i++)); do
    body=$(printf '{"Image":"bench/busybox:1","Cmd":["sh","-c","sleep %d; echo %s >/out"],"HostConfig":{"LogConfig":{"Type":"none"}}}' \
      "$length" "$RANDOM$RANDOM-$round")
    [[ $(ask "$1" POST containers/create "$body") =~ \"Id\":\"([0-9a-f]+) ]] || die "the engine makes no container"
    id=${BASH_REMATCH[1]}
    ask "$1" POST "containers/$id/start"
    ask "$1" POST "containers/$id/wait"
    { ask "$1" POST "commit?container=$id&pause=0" && ask "$1" DELETE "containers/$id"; } &
    layers+=("$!")
  done
  wait "${layers[@]}"
}

ask() { # ask ENGINE METHOD PATH [BODY]: a request to an engine
  local host
  host=$(engine_host "$1")
  curl -sf --unix-socket "${host#unix://}" -X "$2" -H 'Content-Type: application/json' ${4:+-d "$4"} "http://engine/$3"
}

# ---- chain

chain_dockerfile() {
  local i
  printf 'FROM bench/busybox:1\n' >"$work/Dockerfile"
  for ((i = 1; i <= 20; i++)); do printf 'RUN echo %d-%s >/%d\n' "$i" "$RANDOM$RANDOM-$round" "$i"; done >>"$work/Dockerfile"
}

chain_round() {
  local counts=(1 4) i count
  for ((i = 0; i < 2; i++)); do
    count=${counts[(i + round) % 2]}
    chain_dockerfile
    timed ours "$count"
    sample "chain-$count" "$seconds"
    [[ $(report '[.steps[].agent] | unique | length') == 1 ]] || bad "the chain was not built on one agent"
  done
}

# ---- layer

# Two steps need the image at once, each takes longer than to bring it to another agent, and each agent runs
# one at a time. What the second and the third had of it before is removed.
layer_round() {
  local big="$RANDOM$RANDOM-$round" number
  for number in 2 3; do engine_docker "$number" image prune -af --filter label!=bench >/dev/null; load_base "$number"; done
  layer_dockerfile "$big" "$RANDOM$RANDOM-$round" ''
  layer_moved nothing-shared
  layer_dockerfile "$big" "$RANDOM$RANDOM-$round" "head -c 1000000 /dev/urandom >/small"
  layer_moved most-shared
}

layer_dockerfile() { # layer_dockerfile BIG SALT [COMMAND]
  {
    printf 'FROM bench/busybox:1 AS big\nRUN : %s; head -c 200000000 /dev/urandom >/big\n' "$1"
    [[ ! $3 ]] || printf 'RUN : %s; %s\n' "$2" "$3"
    printf 'FROM big AS left\nRUN : %s; sleep 25; echo left >/left\n' "$2"
    printf 'FROM big AS right\nRUN : %s; sleep 25; echo right >/right\n' "$2"
    printf 'FROM scratch\nCOPY --from=left /left /\nCOPY --from=right /right /\n'
  } >"$work/Dockerfile"
}

layer_moved() { # layer_moved CASE
  local moved='[.transfers[] | select(.what | startswith("image "))] | first' image from to
  ours 2
  [[ $(report "$moved") != null ]] || die "no image was moved: $(report .transfers)"
  from=$(report "$moved.from" | tr -dc 0-9) to=3
  image=$(jq -r "$moved.what | ltrimstr(\"image \")" "$work/report.json")
  sample "layer-$1" "$(report "$moved.durationMs / 1000")" "$(report "$moved.bytes")"
  cp "$work/report.json" "$out/layer-$1-$round.json"
  timed by_hand "$from" "$image" "$to"
  sample "layer-$1-by-hand" "$seconds" "$(engine_docker "$from" save "$image" | wc -c)"
}

by_hand() { engine_docker "$1" save "$2" | engine_docker "$3" load; }

# ---- files

files_round() {
  files_moved one-file 'RUN --mount=from=big,source=/small,target=/in'
  files_moved all-of-it 'RUN --mount=from=big,target=/in'
}

files_moved() { # files_moved CASE RUN: two steps take it, on two agents
  local side salt
  for number in 1 2; do engine_docker "$number" image prune -af --filter label!=bench >/dev/null; load_base "$number"; done
  salt="$RANDOM$RANDOM-$round"
  {
    printf 'FROM bench/busybox:1 AS big\nRUN : %s; head -c 200000000 /dev/urandom >/big; head -c 1000000 /dev/urandom >/small\n' "$salt"
    for side in left right; do printf 'FROM bench/busybox:1 AS %s\n%s : %s; sleep 25; echo %s >/%s\n' "$side" "$2" "$salt" "$side" "$side"; done
    printf 'FROM scratch\nCOPY --from=left /left /\nCOPY --from=right /right /\n'
  } >"$work/Dockerfile"
  ours 2
  sample "files-$1" "$(report '(.steps[0].agent) as $holder | [.steps[] | select((.text | contains("sleep 25")) and .agent != $holder) | .durationMs / 1000 - 25] | first')" \
    "$(report '[.steps[] | select(.text | contains("sleep 25")) | .bytesReceived] | add')"
  cp "$work/report.json" "$out/files-$1-$round.json"
}

# ---- log

# The command prints the machine's uptime, in hundredths of a second, which is read again when a line
# is seen.
log_round() {
  local line printed up
  printf 'FROM bench/busybox:1\nRUN : %s; for i in $(seq 100); do cut -d" " -f1 /proc/uptime; sleep 0.05; done\n' "$RANDOM$RANDOM-$round" >"$work/Dockerfile"
  rm -f "$work/build.log"
  mkfifo "$work/build.log"
  while read -r line; do
    read -r up _ </proc/uptime
    if [[ $line =~ ([0-9]+\.[0-9][0-9])$ && $line != *RUN* ]]; then printf '%s %s\n' "${BASH_REMATCH[1]}" "$up"; fi
  done <"$work/build.log" >"$work/lines" &
  ours 1
  wait "$!"
  rm "$work/build.log"
  printed=$(wc -l <"$work/lines")
  ((printed == 100)) || bad "saw $printed of 100 lines"
  jq -Rn '[inputs | split(" ") | map(tonumber) | .[1] - .[0]] | sort' <"$work/lines" >"$out/log-$round.json"
  sample log-median "$(jq '.[length / 2 | floor]' "$out/log-$round.json")"
  sample log-most "$(jq 'last' "$out/log-$round.json")"
}

load_base() { engine_docker "$1" load -q -i "$work/base.tar" >/dev/null; }

most=$(tr ' ' '\n' <<<"$pools 4" | sort -n | tail -n 1)
bench_classes
engines_start "$most"
busybox_archive "$work/base.tar" bench/busybox:1
for ((number = 1; number <= most; number++)); do load_base "$number"; done
if [[ $joined ]]; then
  for ((number = 1; number <= most; number++)); do
    labels=()
    for ((count = number; count <= most; count++)); do labels+=(--label "of$count"); done
    agent_join "$number" --capacity 1 "${labels[@]}"
  done
  agents_await
fi
warm_start
# Round 0 connects, and warms engines and JVM; it is not counted.
for ((round = 0; round <= rounds; round++)); do
  title "Round $round of $rounds"
  for one in $works; do "${one}_round"; done
done
jq -rs --argjson length "$length" -f "$home/src/bench/pool.jq" "$samples" | tee "$out/table.md"
