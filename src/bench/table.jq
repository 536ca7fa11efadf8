# samples.jsonl to a Markdown table: medians in milliseconds, spread (least to most) in brackets,
# and our ratio to BuildKit beside its goal.
def median: sort | if length % 2 == 1 then .[length / 2 | floor] else (.[length / 2 - 1] + .[length / 2]) / 2 end;
def ms: . * 1000 | if . < 100 then . * 10 | round / 10 else round end;

def goals: {
  "a-10-executed": 0.75, "a-50-executed": 0.75,
  "b-10-cached": 0.5, "b-50-cached": 0.5,
  "c-first": 0.6, "c-unchanged": 0.5, "c-one-file-changed": 0.6
};
def names: {
  "a-10-executed": "10 small RUN, executed, per step", "a-50-executed": "50 small RUN, executed, per step",
  "b-10-cached": "10 small RUN, all cached", "b-50-cached": "50 small RUN, all cached",
  "c-first": "bind mount of 20,000 files, 234 MB: first", "c-unchanged": "… unchanged",
  "c-one-file-changed": "… one file changed",
  "d-lua-cold": "examples/lua, compiler cache empty", "d-lua-one-file-changed": "… one file changed, compiler cache full"
};
# Whether the command must run; a tool that does otherwise has another result than asked for.
def runs: test("cached|unchanged") | not;

def cell: if . == null then "–" else
  "\(.seconds | median | ms) (\(.seconds | min | ms)–\(.seconds | max | ms))" + (if .wrong then " **wrong result**" else "" end) end;
def ratio($peer): if . == null or $peer == null then null else (.seconds | median) / ($peer.seconds | median) end;
def two: . * 100 | round / 100;
def verdict($goal): if . == null then "–" elif $goal == null then "\(two)" else "\(two) \(if . <= $goal then "✓" else "✗" end)" end;

map(select(.round > 0)) as $counted
| ($counted | group_by(.scenario) | map({
    key: .[0].scenario,
    value: (group_by(.tool) | map({
      key: .[0].tool,
      value: {seconds: map(.seconds), wrong: (.[0].scenario as $s | any(.ran != ($s | runs)))}
    }) | from_entries)
  }) | from_entries) as $by
| "Medians in ms of \($counted | map(.round) | max // 0) rounds (least–most). Ratios are to BuildKit; a tool that kept the old result",
  "although a file had changed, or ran what was cached, is marked.",
  "",
  "| work | BuildKit | Buildah | ours, a process each | ratio | ours, one JVM | ratio | goal |",
  "| --- | --- | --- | --- | --- | --- | --- | --- |",
  (names | to_entries[] | select($by[.key]) | .key as $s | $by[$s] as $t | goals[$s] as $goal
    | "| \(.value) | \($t.buildkit | cell) | \($t.buildah | cell) | \($t.ours | cell) | \($t.ours | ratio($t.buildkit) | verdict($goal)) | \($t.warm | cell) | \($t.warm | ratio($t.buildkit) | verdict($goal)) | \(if $goal then "≤ \($goal)" else "–" end) |"),
  ($counted | map(select(.tool == "ours" and (.scenario | startswith("c-"))) | .peakMegabytes) | select(length > 0)
    | "", "Peak memory of ours with the 234 MB bind mount: \(max | round) MB (goal: below 300 MB).")
