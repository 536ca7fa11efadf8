# shellcheck shell=bash disable=SC2154 # work, round, rounds, files are cache.sh's
# A cache that a1 has is brought to a2, where nothing, 1 % or everything is new; against copies.

# Every hundredth file gets as many new bytes as it has.
CHANGE='find /c -type f | sort | awk "NR % 100 == 0" | while read -r f; do head -c $(stat -c %s "$f") /dev/urandom >"$f"; done'

# Of the cache that is measured.
IMAGE='' ID=''

cache_dockerfile() { printf 'FROM %s\nRUN --mount=type=cache,id=%s,target=/c : %s; %s\n' "$IMAGE" "$ID" "$RANDOM$RANDOM-$round" "$1" >"$work/Dockerfile"; }

bring_up() { # bring_up CASE: on agent 2, told by the report
  cache_dockerfile "ls /c >/dev/null"
  sync
  ours 2 "$work/Dockerfile" "$work/empty"
  sample "$ID-$1" ours "$(cache_mount '(.bringUpMs // 0) / 1000')" "$(cache_mount .bytesReceived)"
  diff -rq --no-dereference "$(directory 1)" "$(directory 2)" >/dev/null || die "the replicas differ after $1"
}

tar_copy() { tar -C "$1" -cf - . | tar -C "$2" -xf -; }

peers() { # peers CASE: copies of what a1 has, for rsync onto what it copied before
  local from target took bytes
  from=$(directory 1)
  target=$(mktemp -d "$work/aside/tar.XXXXXX")
  sample "$ID-$1" tar "$(seconds tar_copy "$from" "$target")" "$(tar -C "$from" -cf - . | wc -c)"
  took=$(seconds rsync -a --delete --no-whole-file --stats --log-file="$work/rsync.log" "$from/" "$work/old-$ID-$round/")
  bytes=$(sed -n 's/.*Total bytes sent: //p' "$work/rsync.log" | tail -n 1 | tr -d ,)
  sample "$ID-$1" rsync "$took" "${bytes:-0}"
}

published() { # published CASE: what the step took that a1 ran last, and what publishing took after it
  sample "$ID-$1" step "$(jq '.steps[0].durationMs / 1000' "$work/report.json")" "$(jq '.cacheVersions[0].files' "$work/report.json")"
  sample "$ID-$1" publish "$(jq '.cacheVersions[0].durationMs / 1000' "$work/report.json")" "$(jq '.cacheVersions[0].bytes' "$work/report.json")"
}

changed_bytes() {
  local top
  top=$(directory 1)
  find "$top" -type f | sed "s|^$top|/c|" | sort | awk 'NR % 100 == 0' | sed "s|^/c|$top|" |
    tr '\n' '\0' | du -b -c --files0-from=- | tail -n 1 | cut -f1
}

cache_round() {
  forget_caches
  mkdir "$work/old-$ID-$round"
  bring_up new
  peers new
  bring_up unchanged
  peers unchanged
  cache_dockerfile "$CHANGE"
  ours 1 "$work/Dockerfile" "$work/empty"
  published changing
  bring_up one-percent
  sample "$ID-one-percent" changed 0 "$(changed_bytes)"
  peers one-percent
}

cache_rounds() { for ((round = 1; round <= rounds; round++)); do cache_round; done; }

files_image() { # files_image COUNT ENGINE...: $IMAGE has so many files of a Debian system in /files
  local number count=$1
  shift
  aside "an image with $count files"
  mkdir -p "$work/root/files"
  busybox_root "$work/root"
  find /usr/lib /usr/share -xdev -type f -size +0 -size -40000k 2>/dev/null | sort |
    awk -v n="$count" '{all[NR] = $0} END {for (i = 1; i <= n && i <= NR; i++) print all[int((i - 1) * NR / n) + 1]}' | uniq |
    sed 's|^/||' | tar -C / -cf - --files-from=- | tar -C "$work/root/files" -xf -
  image_archive "$work/root" "$work/files.tar" "$IMAGE"
  for number; do engine_docker "$number" load -q -i "$work/files.tar" >/dev/null; done
  mv "$work/root" "$work/aside/root-$ID"
  rm "$work/files.tar"
}

files_run() {
  IMAGE=bench/files:1 ID=files round=0
  files_image "$files" 1 2
  cache_dockerfile "cp -a /files/. /c/"
  ours 1 "$work/Dockerfile" "$work/empty"
  published filling
  cache_rounds
}
