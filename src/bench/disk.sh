# shellcheck shell=bash disable=SC2034,SC2154 # out is the caller's, as is what is set here
# Where a benchmark works.

# bench_begin STOP: a folder $work on a file system of its own, in which engines are started too, and an
# empty file $samples in $out. At the end of the script STOP is called, and all of $work is gone.
bench_begin() {
  work=$(mktemp -d /tmp/bench.XXXXXX)
  BENCH_STOP=$1
  trap bench_end EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
  mkdir -p "$out"
  out=$(cd "$out" && pwd)
  samples=$out/samples.jsonl
  : >"$samples"
  own_disk
  ENGINES_PARENT=$work
  mkdir -p "$work/empty"
}

bench_end() {
  "$BENCH_STOP"
  engines_stop
  own_disk_remove
  rm -rf "$work"
}

# A new file system for all that a run writes, engines included. On one that is in use, ext4 looks at
# every inode that was deleted in the last minutes before it takes a new one (recently_deleted() in
# fs/ext4/ialloc.c): after a removal of 20,000 files, writing 20,000 took 2 s or 14 s, of which the
# kernel had all. Whoever else removes files on the machine would decide the result.

own_disk() {
  truncate -s 32G "$work.img"
  if mkfs.ext4 -q -F -E lazy_itable_init=0,lazy_journal_init=0 "$work.img" && mount -o loop "$work.img" "$work"; then
    chmod 711 "$work"
  else
    aside "no file system of its own: figures of scenario c depend on what else is removed on this disk"
  fi
}

own_disk_remove() {
  if mountpoint -q "$work"; then umount "$work" || umount -l "$work"; fi
  rm -f "$work.img"
}
