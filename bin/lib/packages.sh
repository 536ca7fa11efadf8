# shellcheck shell=bash
# Installs the Debian packages that a script needs and the machine lacks. Needs console.sh.

# need COMMAND=PACKAGE...: installs the packages of those commands that are not there. A word
# without '=' is a command whose package has the same name; a command with a slash is a path.
need() {
  local pair missing=()
  for pair in "$@"; do
    has_command "${pair%%=*}" || missing+=("${pair#*=}")
  done
  ((${#missing[@]} == 0)) || install_packages "${missing[@]}"
}

# /usr/sbin is missing from the PATH of an ordinary user, and of some CI jobs.
has_command() {
  if [[ $1 == */* ]]; then [[ -e $1 ]]; else PATH="$PATH:/usr/sbin:/sbin" command -v "$1" >/dev/null; fi
}

install_packages() {
  command -v apt-get >/dev/null || die "needs $* (this script can install Debian packages only)"
  ((EUID == 0)) || die "needs the packages $*: run this as root, or 'apt-get install $*' first"
  aside "installing $*"
  local log
  log=$(mktemp)
  if ! without_service_start apt_install "$@" >"$log" 2>&1; then
    tail -n 15 "$log" >&2
    rm -f "$log"
    die "apt-get could not install $*"
  fi
  rm -f "$log"
}

apt_install() {
  export DEBIAN_FRONTEND=noninteractive
  if [[ -z ${PACKAGE_LISTS_UPDATED:-} ]]; then
    apt-get update -q
    PACKAGE_LISTS_UPDATED=yes
  fi
  apt-get install -q -y --no-install-recommends "$@"
}

# Runs a command while a policy-rc.d (Debian policy 9.3.3.1) keeps packages from starting their
# services: docker.io and docker-registry would. A policy that the machine already has stays.
without_service_start() {
  local policy=/usr/sbin/policy-rc.d status=0
  if [[ -e $policy ]]; then
    "$@"
    return
  fi
  printf '#!/bin/sh\nexit 101\n' >"$policy"
  chmod 755 "$policy"
  "$@" || status=$?
  rm -f "$policy"
  return "$status"
}
