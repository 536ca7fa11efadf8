# shellcheck shell=bash disable=SC2034 # REGISTRY_ADDRESS is for the caller
# A private image registry on 127.0.0.1, which engines accept without TLS. Needs console.sh and
# packages.sh.

REGISTRY_FOLDER=''
REGISTRY_ADDRESS=''

registry_start() {
  need docker-registry
  REGISTRY_FOLDER=$(mktemp -d /tmp/registry.XXXXXX)
  local attempt port pid
  for ((attempt = 0; attempt < 10; attempt++)); do
    port=$((RANDOM % 20000 + 20000))
    registry_configuration "$port" >"$REGISTRY_FOLDER/config.yml"
    setsid docker-registry serve "$REGISTRY_FOLDER/config.yml" >"$REGISTRY_FOLDER/log" 2>&1 &
    pid=$!
    printf '%s' "$pid" >"$REGISTRY_FOLDER/pid"
    if registry_await "$port" "$pid"; then
      REGISTRY_ADDRESS="127.0.0.1:$port"
      return
    fi
  done
  tail -n 10 "$REGISTRY_FOLDER/log" >&2
  die "docker-registry did not start; its last lines stand above"
}

registry_configuration() {
  cat <<YAML
version: 0.1
log: {level: warn}
storage:
  filesystem: {rootdirectory: $REGISTRY_FOLDER/data}
  delete: {enabled: true}
http: {addr: "127.0.0.1:$1"}
YAML
}

# Answers once it listens; a port that another process has ends the registry.
registry_await() {
  local end=$((SECONDS + 20))
  while ((SECONDS < end)) && kill -0 "$2" 2>/dev/null; do
    if (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; then
      kill -0 "$2" 2>/dev/null
      return
    fi
    sleep 0.1
  done
  return 1
}

registry_stop() {
  [[ -n $REGISTRY_FOLDER && -d $REGISTRY_FOLDER ]] || return 0
  local pid
  pid=$(<"$REGISTRY_FOLDER/pid")
  if grep -qF -- "$REGISTRY_FOLDER/" "/proc/$pid/cmdline" 2>/dev/null; then
    kill "$pid"
    wait "$pid" 2>/dev/null || true
  fi
  rm -rf "$REGISTRY_FOLDER"
  REGISTRY_FOLDER=''
}
