# shellcheck shell=bash disable=SC2034,SC2154 # work, round, files are cache.sh's
# What cache directories cost where an agent's engine does not see its files, so that they lie in volumes of
# the engine and pass through its archive API; against an agent that has directories, with the same files.

# A third agent, of which the engine sees another folder in place of its state.
hidden_agent() {
  mkdir "$work/hidden3" "$work/agent3"
  AGENT_WRAPPER=(unshare --mount sh -c 'mount --make-rprivate / && mount --bind "$0" "$1" && shift && exec "$@"'
    "$work/hidden3" "$work/agent3")
  agent_join 3 --keep-storage 20GB
  AGENT_WRAPPER=()
  agents_await
}

# stores AGENT KIND: dies if the agent of the last build keeps its caches elsewhere.
stores() { jq -e --arg a "a$1" --arg k "$2" 'any(.agentStorage[]; .agent == $a and .storage == $k)' "$work/report.json" >/dev/null || die "a$1 does not use $2: $(jq -c .agentStorage "$work/report.json")"; }

volumes_bring_up() { # volumes_bring_up CASE AGENT TOOL
  cache_dockerfile "ls /c >/dev/null"
  sync
  ours "$2" "$work/Dockerfile" "$work/empty"
  sample "volumes-$1" "$3" "$(cache_mount '(.bringUpMs // 0) / 1000')" "$(cache_mount .bytesReceived)"
  # What the step's mounts took is a part of the step: volumes are filled then.
  sample "volumes-$1" "$3, the step" "$(jq '.steps[0].durationMs / 1000' "$work/report.json")" 0
  diff -rq --no-dereference "$(directory 1)" "$(directory "$2")" >/dev/null || die "the replicas differ after $1"
}

volumes_agent() { # volumes_agent AGENT TOOL KIND
  volumes_bring_up new "$1" "$2"
  stores "$1" "$3"
  volumes_bring_up unchanged "$1" "$2"
  cache_dockerfile "$CHANGE"
  ours 1 "$work/Dockerfile" "$work/empty"
  volumes_bring_up one-percent "$1" "$2"
  cache_dockerfile "$CHANGE"
  ours "$1" "$work/Dockerfile" "$work/empty"
  sample volumes-publishing-one-percent "$2" "$(jq '.cacheVersions[0].durationMs / 1000' "$work/report.json")" 0
}

volumes_run() {
  IMAGE=bench/volumes:1 ID=volumes round=0
  files_image "$((files / 5))" 1 2 3
  hidden_agent
  cache_dockerfile "cp -a /files/. /c/"
  ours 1 "$work/Dockerfile" "$work/empty"
  published filling
  for ((round = 1; round <= rounds; round++)); do
    forget_caches
    volumes_agent 2 directories HOST_DIRECTORIES
    ID=volumes-$round
    cache_dockerfile "cp -a /files/. /c/"
    ours 1 "$work/Dockerfile" "$work/empty"
    volumes_agent 3 volumes VOLUMES
  done
}
