# shellcheck shell=bash
# What the scripts say: a line each on standard error, coloured only on a terminal, so that
# standard output stays free for results.

if [[ -t 2 && -z ${NO_COLOR:-} ]]; then
  BOLD=$'\e[1m' DIM=$'\e[2m' GREEN=$'\e[32m' RED=$'\e[31m' PLAIN=$'\e[0m'
else
  BOLD='' DIM='' GREEN='' RED='' PLAIN=''
fi

title() { printf '\n%s%s%s\n' "$BOLD" "$*" "$PLAIN" >&2; }
say() { printf '  %s\n' "$*" >&2; }
aside() { printf '  %s%s%s\n' "$DIM" "$*" "$PLAIN" >&2; }
good() { printf '  %s✓%s %s\n' "$GREEN" "$PLAIN" "$*" >&2; }
bad() { printf '  %s✗%s %s\n' "$RED" "$PLAIN" "$*" >&2; }

# die MESSAGE: what is wrong and what to do about it; ends the script.
die() {
  bad "$*"
  exit 1
}

# Seconds since the epoch with fractions, for what is measured from outside.
now() { printf '%s' "${EPOCHREALTIME/,/.}"; }
