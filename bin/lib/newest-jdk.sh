# shellcheck shell=bash disable=SC2154 # home and work are the calling script's
# Compiles and runs the unit tests on the newest JDK of the machine. Needs console.sh.

# The home of the newest JDK below /usr/lib/jvm, and its feature release: "25 /usr/lib/jvm/…".
newest_jdk() {
  local folder
  for folder in /usr/lib/jvm/*/; do
    if [[ -x $folder/bin/javac && -r $folder/release ]]; then
      sed -n 's/^JAVA_VERSION="\(1\.\)\?\([0-9]*\).*/\2/p' "$folder/release" | tr '\n' ' '
      printf '%s\n' "${folder%/}"
    fi
  done | sort -n | tail -n 1
}

# In a copy of the sources, so that target/ stays as the JDK in use made it. Formatting is checked
# where `mvn verify` runs: the formatter's newest version for JDK 17 refuses to run on JDK 25.
newest_jdk_tests() {
  local used release folder
  used=$(javac -version 2>&1 | sed 's/[^0-9]*\([0-9]*\).*/\1/')
  read -r release folder < <(newest_jdk) || true
  if ((${release:-0} <= used)); then
    say "JDK $used is the newest of this machine: no second run of the unit tests"
    return
  fi
  title "Unit tests on JDK $release"
  mkdir "$work/newest"
  # Test vectors that lie beside the checkout, where there are any.
  if [[ -d $home/../shared ]]; then ln -s "$(readlink -f "$home/../shared")" "$work/shared"; fi
  tar -C "$home" --exclude=./target --exclude=./.git -cf - . | tar -C "$work/newest" -xf -
  if (cd "$work/newest" && JAVA_HOME=$folder mvn -B -Dspotless.check.skip=true test) >"$work/newest.log" 2>&1; then
    good "$(grep -E 'Tests run:.*[0-9]+$' "$work/newest.log" | tail -n 1 | sed 's/^[^T]*//')"
  else
    tail -n 60 "$work/newest.log" >&2
    return 1
  fi
}
