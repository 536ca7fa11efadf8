# shellcheck shell=bash disable=SC2154 # work, out, round are cache.sh's
# 10 GiB of cache with a heap of 256 MB in every process: made by a build, published, brought up on
# a second agent, and there again with nothing new.

large_run() {
  IMAGE=bench/busybox:1 ID=large round=0
  busybox_archive "$work/busybox.tar" "$IMAGE"
  engine_docker 1 load -q -i "$work/busybox.tar" >/dev/null
  engine_docker 2 load -q -i "$work/busybox.tar" >/dev/null
  aside "10 GiB: 40,000 files of 134 KB, 20 of 268 MB"
  # No byte is found twice: random ones.
  cache_dockerfile 'for d in $(seq 100); do mkdir -p /c/$d; for f in $(seq 400); do head -c 134218 /dev/urandom >/c/$d/$f; done; done; for f in $(seq 20); do head -c 268435456 /dev/urandom >/c/big$f; done'
  ours 1 "$work/Dockerfile" "$work/empty"
  published filling
  local case
  for case in new unchanged; do
    cache_dockerfile "ls /c | wc -l"
    ours 2 "$work/Dockerfile" "$work/empty"
    sample "large-$case" ours "$(cache_mount '(.bringUpMs // 0) / 1000')" "$(cache_mount .bytesReceived)"
  done
  diff -rq "$(directory 1)" "$(directory 2)" >/dev/null || die "the replicas differ"
}
