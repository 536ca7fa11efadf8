# shellcheck shell=bash disable=SC2154 # home and work are the calling script's
# Packages once more, from a copy of the sources, and compares. Needs console.sh.

# The copy lies in another folder and is packaged at another time, so that neither a path nor a time
# nor the order in which files were made can hide in what comes out.
reproducible_package() {
  title "A second packaging is equal byte for byte"
  local copy=$work/packaged-once-more file failed=0
  mkdir "$copy"
  tar -C "$home" --exclude=./target --exclude=./.git -cf - . | tar -C "$copy" -xf -
  if ! (cd "$copy" && mvn -q -B -Dmaven.test.skip=true -Dspotless.check.skip=true package) >"$copy.log" 2>&1; then
    tail -n 30 "$copy.log" >&2
    return 1
  fi
  for file in dockerfile-build.jar dockerfile-build-plugin.jar dockerfile-build.hpi; do
    if cmp "$home/target/$file" "$copy/target/$file" >&2; then
      good "$file $(sha256sum <"$copy/target/$file" | cut -c 1-16)…"
    else
      bad "target/$file differs; \"mvn clean\" removes what other sources have left in target"
      failed=1
    fi
  done
  return "$failed"
}
