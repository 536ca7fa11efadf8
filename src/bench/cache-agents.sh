# shellcheck shell=bash disable=SC2154 # work, out, round are cache.sh's
# What the parts of `bin/bench cache` share; the agents are those of agents.sh.

agents_start() {
  bench_classes
  agent_join 1 --keep-storage 20GB
  agent_join 2 --keep-storage 20GB
  agents_await
  warm_start
}

# What each process had in memory at most.
memory_lines() {
  local one
  printf '\nPeak resident memory (heap limit 256 MB each):'
  for one in "a1 ${AGENT_PIDS[1]}" "a2 ${AGENT_PIDS[2]}" "caller $WARM_PID"; do
    printf ' %s %s MB' "${one% *}" "$(awk '/VmHWM/ {print int($2 / 1024)}' "/proc/${one#* }/status")"
  done
  printf '\n'
}

# ours AGENT DOCKERFILE CONTEXT: a build on that agent; its report is in $work/report.json.
ours() {
  local IFS=$' \t\n' arguments
  # shellcheck disable=SC2206 # words
  arguments=(--join "$POOL" ${OPTIONS:-} --state "$work/state" --progress plain --report "$work/report.json" -f "$2" "$3")
  WARM_ON=a$1 warm_build "${arguments[@]}"
}

cache_mount() { jq "[.steps[].mounts[] | select(.type == \"cache\")] | first | $1" "$work/report.json"; }

seconds() { # seconds COMMAND...: what it takes; what was written before is on the disk by then
  local begin
  sync
  begin=$(now)
  "$@" >"$work/seconds.log" 2>&1 || { tail -n 20 "$work/seconds.log" >&2; return 1; }
  jq -n --argjson from "$begin" --argjson to "$(now)" '$to - $from'
}

sample() { # sample CASE TOOL SECONDS BYTES
  jq -cn --arg case "$1" --arg tool "$2" --argjson seconds "$3" --argjson bytes "$4" --argjson round "$round" \
    '{$case, $tool, $round, $seconds, $bytes}' | tee -a "$samples" |
    jq -r '"  \(.case)  \(.tool)  \(.seconds * 1000 | round) ms  \(.bytes) bytes"' >&2
}

# directory N: where agent N has the cache $ID; in a state folder of another name if it is hidden (cache-volumes.sh).
directory() {
  local state=$work/agent$1 key
  [[ ! -d $work/hidden$1 ]] || state=$work/hidden$1
  key=$(find "$state" -path '*/cache/*/key.json' -exec grep -l "\"id\":\"$ID\"" {} + | head -n 1)
  printf '%s/0\n' "${key%/*}"
}

# Agent 2 has never had a cache. Nothing is removed: ext4 would look at each inode that was (disk.sh).
forget_caches() {
  local cache
  cache=$(find "$work/agent2" -type d -name cache -prune)
  [[ -z $cache ]] || mv "$cache" "$work/aside/$RANDOM$RANDOM"
}
