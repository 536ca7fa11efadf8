#!/usr/bin/env bash
# Measures cache directories that follow a build to another agent: `bin/bench cache`.
#
#   bin/bench cache [--rounds N] [--files N] [--work "files npm npm_buildkit redis volumes large"] [--out FOLDER]
#
# files: a cache of N files (default 30,000) of a Debian system, 1 GiB and more.
# npm: what npm installs of some frameworks and its own cache, in one cache mount; packages come
#   from its registry, inside of the build.
# npm_buildkit, after npm: the same build on a cold agent in a warm pool, against BuildKit.
# files and npm are brought to an agent where nothing, 1 % or everything is new, against tar and `rsync -a`.
# redis: Debian's redis compiled with ccache on an agent that has never done it, while another one
#   has; against BuildKit with an empty and with a full ccache.
# volumes: a fifth of the files, on an agent with directories and on one whose engine does not see its files.
# large: 10 GiB; takes minutes and 25 GB of disk.
#
# Two agents, each a process of its own with an engine and a heap of 256 MB, in a pool with a third
# process that builds; batches of chunks cross loopback as they would cross a network. Needs root.
set -euo pipefail
home=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
# shellcheck source=/dev/null
for part in console packages engines base-image; do . "$home/bin/lib/$part.sh"; done
for part in disk java agents cache-agents cache-rounds cache-npm cache-redis cache-volumes cache-large; do . "$home/src/bench/$part.sh"; done

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
bench_begin agents_stop
mkdir "$work/aside"

engines_start 3
agents_start
for one in $works; do "${one}_run"; done
{
  printf '%s cores, Linux %s, Docker %s; %s rounds.\n\n' "$(nproc)" "$(uname -r)" "$(engine_docker 1 version --format '{{.Server.Version}}')" "$rounds"
  jq -rs -f "$home/src/bench/cache.jq" "$samples"
  memory_lines
} >"$out/table.md"
cat "$out/table.md"
