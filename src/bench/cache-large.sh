# shellcheck shell=bash disable=SC2154 # work, home, out are cache.sh's
# 10 GiB of cache with a heap of 256 MB on every side: made by a build, published, brought up on a
# second agent and there again with nothing new. One JVM is both agents and the relay, so its heap
# bounds the sum of them.

large_run() {
  busybox_archive "$work/busybox.tar" bench/busybox:1
  engine_docker 1 load -q -i "$work/busybox.tar" >/dev/null
  engine_docker 2 load -q -i "$work/busybox.tar" >/dev/null
  aside "10 GiB in 40,000 files"
  # Each file is of its own: a block of random bytes that is found nowhere else, 256 KiB.
  printf 'FROM bench/busybox:1\nRUN --mount=type=cache,id=large,target=/c for d in $(seq 100); do mkdir -p /c/$d; for f in $(seq 400); do head -c 268435 /dev/urandom >/c/$d/$f; done; done\n' >"$work/Dockerfile"
  round=0
  ours "$work/Dockerfile" "$work/empty" 1
  jq -c '{stepMs: .steps[0].durationMs, publish: .cacheVersions[0]}' "$work/report.json" | tee "$out/large.json"
  local case
  for case in new unchanged; do
    printf 'FROM bench/busybox:1\nRUN --mount=type=cache,id=large,target=/c : %s; ls /c | wc -l\n' "$case-$RANDOM" >"$work/Dockerfile"
    ours "$work/Dockerfile" "$work/empty" 2 1
    jq -c '.steps[0].mounts[0]' "$work/report.json" | tee -a "$out/large.json"
  done
  awk '/VmHWM/ {printf "peak resident memory %d MB, heap limit 256 MB\n", $2 / 1024}' "/proc/$WARM_PID/status" | tee -a "$out/large.json"
}
