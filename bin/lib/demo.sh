# shellcheck shell=bash disable=SC2154 # home, work, out and private are bin/demo's
# The parts of bin/demo. Needs console.sh, packages.sh, engines.sh and base-image.sh.

DEMO_BASE=dockerfile-build/busybox:1
DEMO_RESULT=dockerfile-build/demo:1
agents=() # NAME=HOST
deviations=0

# For all jq expressions here: the steps that make a layer; an instruction's text without line ends.
DEMO_QUERIES='def layers: [.steps[] | select(.text | test("^(RUN|COPY|ADD)\\b"; "i"))];
  def one_line: gsub("(\\s|\\\\\\n)+"; " ");'

demo_agents() {
  local offered=${DOCKER_HOST:-unix:///var/run/docker.sock}
  if [[ $private == no ]] && has_command docker && docker_client -H "$offered" version >/dev/null 2>&1; then
    agents=("agent-1=$offered")
    demo_tell_apart
    if ((EUID == 0)) && has_command dockerd; then
      engines_start 1
      agents+=("agent-2=$(engine_host 1)")
    fi
  else
    engines_start 2
    agents=("agent-1=$(engine_host 1)" "agent-2=$(engine_host 2)")
  fi
  local agent
  for agent in "${agents[@]}"; do say "${agent%%=*}  ${agent#*=}"; done
}

# On an engine that knows an earlier demo, everything of this one shall be new.
demo_tell_apart() {
  echo "# ${work##*/}" >>"$work/context/pages/page.awk"
  echo "/* ${work##*/} */" >>"$work/context/style/10-page.css"
}

# on_each_engine ARGUMENT...: Debian's docker client against every agent's engine.
on_each_engine() {
  local agent
  for agent in "${agents[@]}"; do docker_client -H "${agent#*=}" "$@"; done
}

demo_base_image() {
  busybox_archive "$work/base.tar" "$DEMO_BASE"
  on_each_engine load -q -i "$work/base.tar" >/dev/null
}

# A user's engine is left without our names; private ones go as a whole.
demo_forget_images() {
  if ((${#agents[@]} > 0)); then on_each_engine image rm "$DEMO_RESULT" "$DEMO_BASE" >/dev/null 2>&1 || true; fi
}

# demo_build NUMBER: with cache directories and state of this run alone.
demo_build() {
  local agent arguments=()
  for agent in "${agents[@]}"; do arguments+=(--agent "$agent"); done
  mkdir -p "$out/$1"
  "$home/bin/dockerfile-build" build "${arguments[@]}" --state "$work/state" --namespace "${work##*/}" \
    --progress plain --report "$out/$1/report.json" --report "$out/$1/report.html" \
    -t "$DEMO_RESULT" "$work/context" >"$out/$1/console.txt" 2>&1 || {
    tail -n 20 "$out/$1/console.txt" >&2
    die "build $1 failed; its console is in $out/$1/console.txt"
  }
  demo_steps "$1" >&2
}

# A line for each step: ran or cached, where, how long, what.
demo_steps() {
  jq -r "$DEMO_QUERIES"'
    def brief: one_line | gsub("--mount=\\S+ "; "") | if length > 58 then .[:57] + "…" else . end;
    layers[] | [if .status == "EXECUTED" then "ran" else (.status | ascii_downcase) end,
      .agent // "", "\(.durationMs) ms", "\(.stage):\(.line)", (.text | brief)] | join("\u001f")' \
    "$out/$1/report.json" |
    while IFS=$'\x1f' read -r status agent time place text; do
      [[ $status == ran ]] || time=''
      printf '  %-7s %-8s %8s  %-9s %s\n' "$status" "$agent" "$time" "$place" "$text"
    done
}

# expect NUMBER SENTENCE EXPRESSION: the jq expression holds for that build's report.
expect() {
  if jq -e "$DEMO_QUERIES $3" "$out/$1/report.json" >/dev/null; then
    good "$2"
  else
    bad "not so: $2 (see $out/$1/report.json)"
    deviations=$((deviations + 1))
  fi
}

# A JSON list: where a layer's instruction starts in stage `pages`, or after what is copied from it.
demo_lines_that_see_pages() {
  awk '
    /^FROM/ { pages = / AS pages$/ }
    /^COPY --from=pages/ { copied = 1 }
    /^(RUN|COPY)/ && (pages || copied) { lines = lines "," NR }
    END { print "[" substr(lines, 2) "]" }' "$work/context/Dockerfile"
}

# demo_run NUMBER COMMAND...: runs a command in that build's image, on the engine that holds it.
demo_run() {
  local agent image
  image=$(jq -r .imageId "$out/$1/report.json")
  for agent in "${agents[@]}"; do
    if docker_client -H "${agent#*=}" image inspect "$image" >/dev/null 2>&1; then
      docker_client -H "${agent#*=}" run --rm --network none "$image" "${@:2}"
      return
    fi
  done
  return 125
}

expect_page() {
  if demo_run "$1" cat /www/bind.html 2>/dev/null | grep -qF "$2"; then
    good "the image runs and holds the page: \"$2\""
  else
    bad "not so: the image runs and holds the page \"$2\""
    deviations=$((deviations + 1))
  fi
}

expect_unmounted() {
  if demo_run "$1" sh -c '! ls -d /src /scratch /var/cache/pages' >/dev/null 2>&1; then
    good "nothing mounted is in the image, nor are the places it was mounted at"
  else
    bad "not so: nothing mounted is in the image, nor are the places it was mounted at"
    deviations=$((deviations + 1))
  fi
}

# The three reports side by side, as Markdown.
demo_summary() {
  jq -rn "$DEMO_QUERIES"'
    [inputs] as $builds
    | def cell: if .status == "EXECUTED" then "**ran** on \(.agent), \(.durationMs) ms" else (.status | ascii_downcase) end;
    "# Three builds of examples/demo", "",
    "| line | step | first | nothing changed | pages/bind.txt changed |",
    "| --- | --- | --- | --- | --- |",
    ($builds[0] | layers | keys[]) as $i
    | [$builds[] | layers[$i]] as $steps
    | "| \($steps[0].line) | `\($steps[0].text | one_line | gsub("\\|"; "\\|"))` | \([$steps[] | cell] | join(" | ")) |"
    ' "$out"/{1,2,3}/report.json
  jq -r '"", "Build \(input_filename | split("/")[-2]): \(.durationMs) ms, \(.savedMs) ms saved, image \(.imageId)"' \
    "$out"/{1,2,3}/report.json
  jq -r 'first(.steps[] | select(.miss)) | "", "Why the first step ran again: \(.miss.detail)"' "$out/3/report.json"
}
