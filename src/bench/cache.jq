# samples.jsonl of `bin/bench cache` to Markdown: medians, least and most, and what the goals say.
def median: sort | if length % 2 == 1 then .[length / 2 | floor] else (.[length / 2 - 1] + .[length / 2]) / 2 end;
def round2: . * 100 | round / 100;
def of($case; $tool): map(select(.case == $case and .tool == $tool));
def seconds($case; $tool): of($case; $tool) | map(.seconds) | median;
def bytes($case; $tool): of($case; $tool) | map(.bytes) | median;
def has($case; $tool): of($case; $tool) | length > 0;
def verdict($value; $goal; $what): "- \($what): \($value | round2) \(if $value <= $goal then "✓" else "✗" end)";

. as $all
| "| case | tool | ms: median (least–most) | bytes |", "| --- | --- | --- | --- |",
  (group_by([.case, .tool])[] | (map(.seconds * 1000 | round)) as $ms
    | "| \(.[0].case) | \(.[0].tool) | \($ms | median) (\($ms | min)–\($ms | max)) | \(map(.bytes) | median) |"),
  "",
  (("files", "npm") as $id | $all | select(has("\($id)-new"; "ours")) |
    verdict(seconds("\($id)-unchanged"; "ours"); 0.15; "\($id), nothing changed: seconds (goal ≤ 0.15)"),
    verdict(bytes("\($id)-one-percent"; "ours") / bytes("\($id)-one-percent"; "changed"); 1.2; "\($id), 1 % changed: bytes to those changed (goal ≤ 1.2)"),
    verdict(seconds("\($id)-one-percent"; "ours") / seconds("\($id)-one-percent"; "tar"); 0.2; "\($id), 1 % changed: time to tar's (goal ≤ 0.2)"),
    verdict(seconds("\($id)-one-percent"; "ours") / seconds("\($id)-one-percent"; "rsync"); 0.7; "\($id), 1 % changed: time to rsync's (goal ≤ 0.7)"),
    verdict(seconds("\($id)-new"; "ours") / seconds("\($id)-new"; "rsync"); 1 / 0.7; "\($id), all new: time to rsync's (goal ≤ 1.43, which is 0.7 of its throughput)")),
  (("files", "npm", "redis") as $id | $all | select(has("\($id)-filling"; "publish")) |
    verdict(seconds("\($id)-filling"; "publish") / seconds("\($id)-filling"; "step"); 0.05; "\($id), publishing to the step that filled it (goal ≤ 0.05)")),
  (("redis", "npm") as $id | $all | select(has($id; "buildkit cold")) | ($all | seconds($id; "ours on a cold agent in a warm pool")) as $ours |
    verdict($ours / seconds($id; "buildkit cold"); 0.2; "\($id), cold agent in a warm pool to BuildKit cold (goal for redis ≤ 0.2)"),
    verdict($ours / seconds($id; "buildkit warm"); 1.25; "\($id), … to BuildKit warm on its own machine (goal for redis ≤ 1.25)"))
