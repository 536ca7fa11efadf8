# samples.jsonl of `bin/bench pool` to Markdown: medians of the counted rounds, spread in brackets.
def median: sort | if length % 2 == 1 then .[length / 2 | floor] else (.[length / 2 - 1] + .[length / 2]) / 2 end;
def round2: . * 100 | round / 100;
def of($case): map(select(.round > 0 and .case == $case));
def seconds($case): of($case) | map(.seconds) | "\(median | round2) (\(min | round2)–\(max | round2))";
def middle($case): of($case) | map(.seconds) | median;
def has($case): of($case) | length > 0;

. as $all
| (if any(.[]; .case | startswith("wide-")) then
    "| 16 stages of \($length) s | ideal, s | by hand, s | efficiency | ours, the 16 steps, s | efficiency | whole build, s | processor time a step by hand, s | ours, s |", "| --- | --- | --- | --- | --- | --- | --- | --- | --- |",
    ([map(.case | capture("^wide-(?<n>[0-9]+)$") | .n | tonumber) | unique[]][] as $n
      | (16 / $n | ceil * $length) as $ideal
      | "| \($n) agent(s), one step each | \($ideal) | \($all | seconds("wide-\($n)-by-hand")) | \($ideal / ($all | middle("wide-\($n)-by-hand")) | round2) | \($all | seconds("wide-\($n)-steps")) | \($ideal / ($all | middle("wide-\($n)-steps")) | round2) | \($all | seconds("wide-\($n)")) | \($all | middle("wide-\($n)-by-hand-cpu") / 16 | round2) | \($all | middle("wide-\($n)-cpu") / 16 | round2) |"),
    "| BuildKit, one engine, all at once | \($length) | – | – | – | – | \(seconds("wide-buildkit")) | – | \(middle("wide-buildkit-cpu") / 16 | round2) |", ""
  else empty end),
  (if has("chain-4") then
    "| 20 small RUN in a row | seconds |", "| --- | --- |",
    "| one agent | \(seconds("chain-1")) |",
    "| pool of four | \(seconds("chain-4")) |",
    "", "Ratio \(middle("chain-4") / middle("chain-1") | round2), goal ≤ 1.05.", ""
  else empty end),
  (if has("layer-most-shared") then
    "| image with a layer of 200 MB | ours, s | `docker save \\| docker load`, s | throughput, ours to by hand | bytes: ours / by hand |", "| --- | --- | --- | --- | --- |",
    (("nothing-shared", "most-shared") as $case
      | "| \($case | gsub("-"; " ")) | \($all | seconds("layer-\($case)")) | \($all | seconds("layer-\($case)-by-hand")) | \(($all | middle("layer-\($case)-by-hand")) / ($all | middle("layer-\($case)")) | round2) | \($all | of("layer-\($case)") | map(.bytes) | median) / \($all | of("layer-\($case)-by-hand") | map(.bytes) | median) |")
  else empty end),
  (if has("files-one-file") then
    "", "| of an image of 201 MB on another agent a step takes | seconds above its sleep | bytes received |", "| --- | --- | --- |",
    (("one-file", "all-of-it") as $case
      | "| \($case | gsub("-"; " ")) | \($all | seconds("files-\($case)")) | \($all | of("files-\($case)") | map(.bytes) | median) |")
  else empty end),
  (if has("log-median") then
    "", "A line of output: median \($all | seconds("log-median")) s, most \($all | seconds("log-most")) s from print to the build\u0027s output; goal ≤ 0.2 s."
  else empty end)
