# shellcheck shell=bash disable=SC2154 # work, home are the caller's
# The agents of a benchmark, processes of a pool, and the process that builds, which stays for all builds
# as a controller does.

AGENT_PIDS=()

# Words before the command of the next agent.
AGENT_WRAPPER=()

agent_join() { # agent_join NUMBER OPTION...: the first listens, the others join it
  local number=$1 where=(--listen 127.0.0.1:0)
  shift
  if ((number > 1)); then where=(--join "$POOL"); fi
  DOCKERFILE_BUILD_JAVA_OPTIONS="-Xmx256m ${BENCH_AGENT_OPTIONS:-}" "${AGENT_WRAPPER[@]}" "$home/bin/dockerfile-build" agent --name "a$number" \
    --docker-host "$(engine_host "$number")" --state "$work/agent$number" "${where[@]}" "$@" >"$work/agent$number.log" 2>&1 &
  AGENT_PIDS[number]=$!
  await_line "$work/agent$number.log" ', listening on ' "$!"
  if ((number == 1)); then POOL=$(sed -n 's/.*, listening on //p' "$work/agent1.log" | head -n 1); fi
}

# Until the first knows all.
agents_await() {
  local all
  all="pool: $(printf 'a%s\n' "${!AGENT_PIDS[@]}" | sort | paste -sd, | sed 's/,/, /g')"
  await_line "$work/agent1.log" "$all" "${AGENT_PIDS[1]}"
}

await_line() { # await_line FILE TEXT PID
  local end=$((SECONDS + 60))
  until [[ -f $1 ]] && grep -q -- "$2" "$1"; do
    if ((SECONDS >= end)) || ! kill -0 "$3" 2>/dev/null; then
      cat "$1" >&2
      die "waited in vain for a line with: $2"
    fi
    sleep 0.1
  done
}

warm_start() { coproc WARM { exec java -Xmx256m -XX:+UseParallelGC -cp "$BENCH_PATH" io.jenkins.plugins.dockerfilebuild.cli.WarmBench; }; }

warm_build() { # warm_build ARGUMENT...: on the agent WARM_ON, if that is set; its output is in $work/build.log
  local status IFS=$'\t'
  printf '%s\n' "$work/build.log$IFS${WARM_ON:+on=$WARM_ON$IFS}build$IFS$*" >&"${WARM[1]}"
  read -r status <&"${WARM[0]}" || status="ended unexpectedly"
  [[ $status == 0 ]] || { tail -n 20 "$work/build.log" >&2; die "the build failed: $status"; }
}

agents_stop() {
  local pid
  for pid in ${WARM_PID:-} "${AGENT_PIDS[@]}"; do kill "$pid" 2>/dev/null || true; done
  for pid in "${AGENT_PIDS[@]}"; do wait "$pid" 2>/dev/null || true; done
}
