# shellcheck shell=bash disable=SC2154 # home is the caller's
# The benchmarks' own Java, beside the classes that they measure.

BENCH_PATH="$home/target/classes:$home/target/lib/*:$home/target/bench-classes"

# bench_classes: compiles it; what it shares with tests comes from there.
bench_classes() {
  "$home/bin/dockerfile-build" --version >/dev/null # compiles what it measures
  mkdir -p "$home/target/bench-classes"
  find "$home/src/bench/java" -name '*.java' -exec javac -d "$home/target/bench-classes" \
    -cp "$home/target/classes:$home/target/lib/*" -sourcepath "$home/src/test/java" {} +
}

# bench_java OPTION... CLASS: its package is below ours.
bench_java() {
  java -cp "$BENCH_PATH" "${@:1:$#-1}" "io.jenkins.plugins.dockerfilebuild.${*: -1}"
}
