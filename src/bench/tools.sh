# shellcheck shell=bash disable=SC2154 # home, work, out, samples, round and tools are bin/bench's
# The tools that are compared. Each has
#
#   TOOL_build DOCKERFILE CONTEXT   one build; its output goes to standard output and error
#   TOOL_load ARCHIVE               makes an image available to it

OURS_ENGINE=1
BUILDKIT_ENGINE=2

tools_prepare() {
  busybox_archive "$work/base.tar" bench/busybox:1
  tools_load "$work/base.tar"
  local tool
  for tool in "${tools[@]}"; do
    case $tool in
      ours) "$home/bin/dockerfile-build" --version >/dev/null ;;
      warm)
        warm_start
        warm_up
        ;;
    esac
  done
}

tools_load() {
  local tool
  for tool in "${tools[@]}"; do "${tool}_load" "$1" >/dev/null 2>&1 || die "$tool cannot load $1"; done
}

tools_stop() {
  if [[ -n ${WARM_PID:-} ]]; then kill "$WARM_PID" 2>/dev/null || true; fi
  unmount_below "$work" # of a Buildah that failed
}

# ---- BuildKit: Debian's client against a warm daemon

buildkit_build() {
  DOCKER_BUILDKIT=1 engine_docker $BUILDKIT_ENGINE build --progress plain -t bench/result -f "$1" "$2"
}
buildkit_load() { engine_docker $BUILDKIT_ENGINE load -q -i "$1"; }

# ---- Buildah: no daemon; chroot isolation is its fastest

buildah_build() {
  buildah_private bud --layers --isolation=chroot -t bench/result -f "$1" "$2"
}
buildah_load() { buildah_private pull "docker-archive:$1"; }
buildah_private() {
  mkdir -p "$work/buildah/tmp"
  TMPDIR=$work/buildah/tmp buildah --storage-driver overlay \
    --root "$work/buildah/root" --runroot "$work/buildah/run" "$@"
}

# ---- Dockerfile Build, a process for each build; its peak memory in KB goes to a file

ours_build() {
  mapfile -t arguments < <(our_arguments ours "$1" "$2")
  /usr/bin/time -f %M -o "$work/peak" "$home/bin/dockerfile-build" "${arguments[@]}"
}
ours_load() { engine_docker $OURS_ENGINE load -q -i "$1"; }

our_arguments() {
  printf '%s\n' build --agent "a1=$(engine_host $OURS_ENGINE)" --state "$work/state-$1" \
    --progress plain -t "bench/$1" -f "$2" "$3"
}

# ---- Dockerfile Build in one JVM: WarmBench reads a line of arguments for each build, separated
# ---- by tabs after the name of the log file, and answers with the exit status.

warm_build() {
  local arguments log=$work/warm.log status IFS=$'\t'
  mapfile -t arguments < <(our_arguments warm "$1" "$2")
  printf '%s\n' "$log$IFS${arguments[*]}" >&"${WARM[1]}"
  read -r status <&"${WARM[0]}" || status="ended unexpectedly"
  cat "$log"
  [[ $status == 0 ]]
}
warm_load() { ours_load "$1"; }

warm_start() {
  bench_classes
  coproc WARM { exec java -cp "$BENCH_PATH" io.jenkins.plugins.dockerfilebuild.cli.WarmBench; }
}

# The JVM compiles what runs often. A controller has built all day; this one builds 60 times.
warm_up() {
  local i
  aside "warming the JVM"
  mkdir -p "$work/empty"
  for ((i = 0; i < 60; i++)); do
    printf 'FROM bench/busybox:1\nRUN echo %d >/a\nRUN echo b >/b\n' $((i / 6)) >"$work/warm-up"
    warm_build "$work/warm-up" "$work/empty" >/dev/null || die "the JVM that stays cannot build"
  done
}

# ---- measuring

# in_changing_order FUNCTION ARGUMENT...: FUNCTION TOOL ARGUMENT... for each tool; the first tool of
# a round is the second of the one before, so that none always finds the files in memory.
in_changing_order() {
  local i count=${#tools[@]}
  for ((i = 0; i < count; i++)); do "$1" "${tools[(i + round) % count]}" "${@:2}"; done
}

# measure TOOL SCENARIO STEPS MARKER DOCKERFILE CONTEXT: one build. MARKER is what the command of
# the Dockerfile prints when it runs: so it is seen whether it ran.
measure() {
  local tool=$1 log=$out/logs/$2-$1-$round.log begin end ran=false peak=0 attempt=1
  rm -f "$work/peak"
  begin=$(now)
  until "${tool}_build" "$5" "$6" >"$log" 2>&1; do
    # On a busy machine Buildah's chroot fails now and then ("Close_Fd sealing memfd copy").
    if [[ $tool != buildah ]] || ((attempt++ == 3)); then
      tail -n 15 "$log" >&2
      die "$tool failed in scenario $2; see $log"
    fi
    aside "$2  $tool failed, once more"
    begin=$(now)
  done
  end=$(now)
  if grep -qF -- "$4" "$log"; then ran=true; fi
  if [[ -s $work/peak ]]; then peak=$(tail -n 1 "$work/peak"); fi
  jq -cn --arg tool "$tool" --arg scenario "$2" --argjson steps "$3" --argjson round "$round" \
    --argjson from "$begin" --argjson to "$end" --argjson ran "$ran" --argjson peak "$peak" \
    '{$scenario, $tool, $round, seconds: (($to - $from) / $steps), $ran, peakMegabytes: ($peak / 1024)}' |
    tee -a "$samples" | jq -r '"  \(.scenario)  \(.tool)  \(.seconds * 1000 | round) ms"' >&2
}

machine_line() {
  printf '%s, %s, %s.\n' "$(nproc) cores, Linux $(uname -r)" \
    "Docker $(engine_docker $BUILDKIT_ENGINE version --format '{{.Server.Version}}') with its BuildKit" \
    "$(buildah --version | cut -d' ' -f1-3)"
}
