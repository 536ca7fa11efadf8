# shellcheck shell=bash disable=SC2154 # home, work and round are bin/bench's
# What is measured. A nonce in the Dockerfile, of the round and the tool, keeps results of one from
# being found by another.

# ---- a and b: small RUN steps, executed, and the same all cached; seconds a step and in all

scenario_a_prepare() { mkdir -p "$work/empty"; }

scenario_small_steps() {
  in_changing_order small_steps_executed "$1"
  in_changing_order small_steps_cached "$1"
}

small_steps_executed() {
  local i
  {
    echo "FROM bench/busybox:1"
    for ((i = 1; i <= $2; i++)); do echo "RUN echo $1-$round-$i >/file-$i && echo ran-\$((40 + 2))"; done
  } >"$work/steps-$1-$2"
  measure "$1" "a-$2-executed" "$2" ran-42 "$work/steps-$1-$2" "$work/empty"
}

small_steps_cached() { measure "$1" "b-$2-cached" 1 ran-42 "$work/steps-$1-$2" "$work/empty"; }

# ---- c: a bind mount of 20,000 files, 234 MB: first, unchanged, one file changed. Each round has a
# ---- context of its own, which no tool has seen: nothing need be forgotten, so nothing is removed.

scenario_c_prepare() {
  local number folder
  for ((number = 0; number <= rounds; number++)); do
    aside "context $number of $rounds: 20,000 files, 234 MB"
    for ((folder = 0; folder < 200; folder++)); do
      mkdir -p "$work/tree-$number/d$folder"
      random_bytes $((number * 1000 + folder)) | split -b 11700 -a 2 - "$work/tree-$number/d$folder/f"
    done
  done
  sync
}

# 100 files of 11,700 bytes; the same for the same seed, and nothing that would compress.
random_bytes() {
  head -c 1170000 /dev/zero | openssl enc -aes-128-ctr -nosalt -iv 0 -K "$(printf '%032x' "$1")" 2>/dev/null
}

scenario_bind_mount() {
  in_changing_order bind_mount_first
  in_changing_order bind_mount_again c-unchanged
  printf '%-40s' "round $round $RANDOM$RANDOM" | dd of="$work/tree-$round/d42/faa" conv=notrunc status=none
  in_changing_order bind_mount_again c-one-file-changed
}

bind_mount_first() {
  cat >"$work/bind-$1" <<DOCKERFILE
FROM bench/busybox:1
RUN --mount=type=bind,target=/src echo $1-$round && find /src -type f | wc -l >/files \
    && sha256sum /src/d42/faa >/sum && echo ran-\$((40 + 2))
DOCKERFILE
  measure "$1" c-first 1 ran-42 "$work/bind-$1" "$work/tree-$round"
}

bind_mount_again() { measure "$1" "$2" 1 ran-42 "$work/bind-$1" "$work/tree-$round"; }

# ---- d: examples/lua, with an empty compiler cache, and after a change with a full one

scenario_d_prepare() {
  "$home/examples/lua/prepare" "$home/target/lua"
  tools_load "$home/target/lua/toolchain.tar"
}

scenario_lua() {
  in_changing_order lua_cold
  in_changing_order lua_warm
}

# An empty compiler cache is one with another id.
lua_cold() {
  rm -rf "$work/lua-$1"
  cp -r "$home/target/lua/context" "$work/lua-$1"
  sed "s|ccache --show-stats|& \&\& echo $1-$round ran-\$((40 + 2))|; s|id=lua-ccache|&-$round|" "$home/examples/lua/Dockerfile" >"$work/lua-$1.Dockerfile"
  measure "$1" d-lua-cold 1 ran-42 "$work/lua-$1.Dockerfile" "$work/lua-$1"
}

lua_warm() {
  echo "/* round $round */" >>"$work/lua-$1/lua/src/lua.c"
  measure "$1" d-lua-one-file-changed 1 ran-42 "$work/lua-$1.Dockerfile" "$work/lua-$1"
}
