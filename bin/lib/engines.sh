# shellcheck shell=bash
# Private Docker engines in a folder of their own. Needs console.sh and packages.sh.
#
#   engines_start 2             # starts two, waits until both answer
#   engine_host 1               # unix:///tmp/…/1/docker.sock
#   engine_docker 1 images      # Debian's client against the first
#   engines_stop                # ends them by process id and removes all that they left
#
# ENGINES_CONFIGURATION is their daemon.json; images in containerd (Docker 25 and later):
# '{"features": {"containerd-snapshotter": true}}'.
#
# Call engines_stop from a trap: `trap engines_stop EXIT; trap 'exit 130' INT; trap 'exit 143' TERM`.
#
# An engine is a containerd and a dockerd. The containerd is started here, not by dockerd, because
# dockerd uses the machine's own when that runs, where two engines would share one namespace. Each
# engine has a bridge of its own (two on docker0 destroy each other's). Packet filter, forwarding
# and /etc/docker of the machine are left alone: containers reach their bridge and nothing else.

ENGINES_FOLDER=''
readonly ENGINE_START_SECONDS=60
readonly ENGINE_STOP_SECONDS=20

engines_need() {
  ((EUID == 0)) || die "private engines need root; or offer one: DOCKER_HOST=unix:///path/docker.sock"
  export PATH="$PATH:/usr/sbin:/sbin"
  need dockerd=docker.io containerd runc ip=iproute2
  has_command docker || install_packages docker-cli
}

# engines_start COUNT
engines_start() {
  engines_need
  # A socket's path may have 107 bytes: short names, directly below /tmp where nothing else is said.
  ENGINES_FOLDER=$(mktemp -d "${ENGINES_PARENT:-/tmp}/engines.XXXXXX")
  chmod 711 "$ENGINES_FOLDER"
  local number
  for ((number = 1; number <= $1; number++)); do engine_launch "$number"; done
  for ((number = 1; number <= $1; number++)); do engine_await "$number"; done
}

engine_folder() { printf '%s/%s' "$ENGINES_FOLDER" "$1"; }
engine_host() { printf 'unix://%s/docker.sock' "$(engine_folder "$1")"; }

# engine_docker NUMBER ARGUMENT...: Debian's client where it is installed; another docker on the
# PATH may be newer than the engine, or a wrapper.
engine_docker() {
  local host
  host=$(engine_host "$1")
  docker_client -H "$host" "${@:2}"
}

docker_client() {
  if [[ -x /usr/bin/docker ]]; then /usr/bin/docker "$@"; else docker "$@"; fi
}

# Comma separated, in the form that DOCKERFILE_BUILD_TEST_ENGINES has.
engine_hosts() {
  local folder hosts=()
  for folder in "$ENGINES_FOLDER"/[0-9]*; do hosts+=("unix://$folder/docker.sock"); done
  (IFS=,; printf '%s' "${hosts[*]}")
}

engine_launch() {
  local folder default='{}'
  folder=$(engine_folder "$1")
  mkdir -p "$folder"
  bridge_create "$folder/bridge"
  printf '%s\n' "${ENGINES_CONFIGURATION-$default}" >"$folder/daemon.json"
  printf 'version = 2\ndisabled_plugins = ["io.containerd.grpc.v1.cri"]\n' >"$folder/containerd.toml"
  # setsid: Ctrl-C in a terminal must reach the build, not its engine.
  setsid containerd --config "$folder/containerd.toml" --log-level warn \
    --root "$folder/containerd-data" --state "$folder/containerd" \
    --address "$folder/containerd.sock" >"$folder/containerd.log" 2>&1 &
  printf '%s' "$!" >"$folder/containerd.pid"
  await_socket "$folder/containerd.sock" "$!" || engine_failed "$folder" containerd
  setsid dockerd --config-file "$folder/daemon.json" --log-level warn \
    --containerd "$folder/containerd.sock" --host "unix://$folder/docker.sock" \
    --data-root "$folder/data" --exec-root "$folder/exec" --pidfile "$folder/docker.pid" \
    --bridge "$(<"$folder/bridge")" --iptables=false --ip6tables=false --ip-forward=false \
    --ip-masq=false --userland-proxy=false --shutdown-timeout 5 >"$folder/dockerd.log" 2>&1 &
  printf '%s' "$!" >"$folder/dockerd.pid"
}

engine_await() {
  local folder end=$((SECONDS + ENGINE_START_SECONDS))
  folder=$(engine_folder "$1")
  until engine_docker "$1" version >/dev/null 2>&1; do
    if ((SECONDS >= end)) || ! kill -0 "$(<"$folder/dockerd.pid")" 2>/dev/null; then
      engine_failed "$folder" dockerd
    fi
    sleep 0.1
  done
}

await_socket() {
  local end=$((SECONDS + ENGINE_START_SECONDS))
  until [[ -S $1 ]]; do
    ((SECONDS < end)) && kill -0 "$2" 2>/dev/null || return 1
    sleep 0.05
  done
}

engine_failed() {
  tail -n 20 "$1/$2.log" >&2
  die "$2 did not start within $ENGINE_START_SECONDS s; its last lines stand above"
}

# bridge_create FILE: a new bridge with a free /24; its name goes to FILE.
bridge_create() {
  local attempt name subnet
  for ((attempt = 0; attempt < 50; attempt++)); do
    name=$(printf 'dfb%04x%04x' "$RANDOM" "$RANDOM")
    subnet="10.$((RANDOM % 100 + 100)).$((RANDOM % 256))"
    if subnet_is_free "$subnet.0/24" && ip link add "$name" type bridge 2>/dev/null; then
      printf '%s' "$name" >"$1"
      ip address add "$subnet.1/24" dev "$name"
      ip link set "$name" up
      return
    fi
  done
  die "found no free subnet for an engine's bridge"
}

# Free: no route but the default one covers it, and none lies inside it.
subnet_is_free() {
  ! { ip -4 route show match "$1" && ip -4 route show root "$1"; } | grep -qv '^default'
}

# Safe to call at any time and more than once; once begun it is not interrupted.
engines_stop() {
  [[ -n $ENGINES_FOLDER && -d $ENGINES_FOLDER ]] || return 0
  trap '' INT TERM
  local folder
  for folder in "$ENGINES_FOLDER"/[0-9]*; do engine_end "$folder"; done
  for folder in "$ENGINES_FOLDER"/[0-9]*; do engine_clean "$folder"; done
  rm -rf --one-file-system "$ENGINES_FOLDER" || bad "could not remove all of $ENGINES_FOLDER"
  ENGINES_FOLDER=''
}

# engine_stop NUMBER: that one alone, as a machine that disappears; its folder stays.
engine_stop() {
  engine_end "$(engine_folder "$1")"
  engine_clean "$(engine_folder "$1")"
}

# Containers first: dockerd would give each 10 s to heed its stop signal.
engine_end() {
  local containers
  containers=$(timeout 5 docker -H "unix://$1/docker.sock" ps -q 2>/dev/null) || true
  if [[ -n $containers ]]; then
    # shellcheck disable=SC2086 # one word for each container
    timeout 5 docker -H "unix://$1/docker.sock" kill $containers >/dev/null 2>&1 || true
  fi
  engine_signal "$1" dockerd
}

engine_signal() {
  local pid
  if pid=$(engine_pid "$1" "$2"); then kill "$pid" 2>/dev/null || true; fi
}

# engine_pid FOLDER NAME: its process id, if that is still the process that was started here.
engine_pid() {
  [[ -s $1/$2.pid ]] || return 1
  local pid
  pid=$(<"$1/$2.pid")
  grep -qF -- "$1/" "/proc/$pid/cmdline" 2>/dev/null || return 1
  printf '%s' "$pid"
}

engine_clean() {
  local folder=$1 name pid
  for name in dockerd containerd; do
    engine_signal "$folder" "$name"
    process_await "$folder" "$name"
  done
  # Only after a dockerd that had to be killed: the shims of containers that it did not stop. And what
  # BuildKit ran: dockerd starts that without containerd and leaves it behind when it ends.
  for pid in $(shims_of "$folder") $(contained_in "$folder"); do kill -KILL "$pid" 2>/dev/null || true; done
  unmount_below "$folder"
  if [[ -s $folder/bridge ]]; then ip link delete "$(<"$folder/bridge")" 2>/dev/null || true; fi
}

# unmount_below FOLDER: whatever is still mounted there, deepest first.
unmount_below() {
  awk -v below="$1/" 'index($5, below) == 1 {print $5}' /proc/self/mountinfo | sort -r |
    while read -r mounted; do umount -l "$mounted" 2>/dev/null || true; done
}

process_await() {
  local pid end=$((SECONDS + ENGINE_STOP_SECONDS))
  while pid=$(engine_pid "$1" "$2"); do
    if ((SECONDS >= end)); then kill -KILL "$pid" 2>/dev/null || true; fi
    sleep 0.05
  done
}

shims_of() {
  local entry
  for entry in /proc/[0-9]*/cmdline; do
    if tr '\0' ' ' 2>/dev/null <"$entry" | grep -qF -- "-address $1/containerd.sock"; then
      printf '%s\n' "$(basename "$(dirname "$entry")")"
    fi
  done
}

# contained_in FOLDER: processes whose root directory is a layer of that engine.
contained_in() {
  local entry
  for entry in /proc/[0-9]*/mountinfo; do
    if awk -v layer="upperdir=$1/" '$5 == "/" && index($0, layer) {found = 1} END {exit !found}' "$entry" 2>/dev/null; then
      printf '%s\n' "$(basename "$(dirname "$entry")")"
    fi
  done
}
