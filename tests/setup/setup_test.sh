#!/usr/bin/env bash
# scripts/setup.sh on machines that lack something: a false dpkg-query, apt-get and id come first on PATH.
set -euo pipefail
root=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failures=0

fake() { # fake NAME: its body on standard input
    { echo '#!/bin/sh'; cat; } >"$work/bin/$1"
    chmod +x "$work/bin/$1"
}

# call COMMAND...: in a shell of its own with setup.sh; its output in $work/output, its status in $status.
call() {
    status=0
    PATH=$work/bin:$PATH HOME=$work/home XDG_CACHE_HOME=$work/cache root=$work/clone \
        bash -c 'set -euo pipefail; . "$1"; shift; "$@"' run "$root/scripts/setup.sh" "$@" >"$work/output" 2>&1 </dev/null || status=$?
}

expect() { # expect WHAT COMMAND...
    if "${@:2}"; then echo "ok: $1"; else
        echo "FAILED: $1; the output was:"
        sed 's/^/    /' "$work/output"
        failures=$((failures + 1))
    fi
}
says() { grep -qF -- "$1" "$work/output"; }
says_not() { ! says "$1"; }

mkdir -p "$work/bin" "$work/home" "$work/clone/scripts"
printf '# a comment\ngit\nlibfoo-dev\nlibbar-dev\n' >"$work/clone/scripts/packages.txt"
fake dpkg-query <<'FAKE'
echo "git installed"; echo "libfoo-dev not-installed"; echo "libfoo installed"; exit 1
FAKE

call missing_packages git libfoo-dev libbar-dev
expect "known but absent and unknown packages are missing" test "$(cat "$work/output")" = $'libfoo-dev\nlibbar-dev'
call missing_packages git
expect "what is installed is not missing" test "$status" = 0 -a ! -s "$work/output"

fake id <<<'echo 1000'
fake sudo <<<'exit 1'
fake apt-get <<<'echo "apt-get was called: $*"'
call ensure_packages
expect "without root the status is 1" test "$status" = 1
expect "without root the command is told" says "apt-get update && apt-get install"
expect "it names what is missing" says "libfoo-dev libbar-dev"
expect "it names nothing that is there" says_not " git"
expect "apt-get is not tried" says_not "was called"

fake id <<<'echo 0'
fake apt-get <<<'echo "apt-get was called: $*"; [ "$1" != install ]'
call ensure_packages
expect "with root apt-get installs what is missing" says "apt-get was called: install -y --no-install-recommends"
expect "where apt-get fails the status is 1" test "$status" = 1
expect "where apt-get fails the command is told" says "With a network, run this as root"

fake python3 <<<'exit 1'
fake df <<<'printf "h\n/dev/x 9 9 1048576 9%% /\n"'
call ensure_environment
expect "too small a disk is told before anything is fetched" says "needs 10 GiB"
expect "too small a disk ends it" test "$status" = 1

fake nproc <<<'echo 64'
call build_jobs
jobs=$(cat "$work/output")
expect "jobs are limited by memory" test "$jobs" -ge 1 -a "$jobs" -le 64 -a \
    "$jobs" -le "$(($(awk '/^MemTotal:/ {print $2}' /proc/meminfo) / 2621440 + 1))"

# An environment that another clone made is taken as it is.
mkdir -p "$work/cache/switchyard/torch-2.11.0"
call eval 'marker >"$environment/switchyard-ready"; ensure_environment; readlink "$root/.venv"'
expect "a ready environment is only linked" test "$status" = 0 -a "$(cat "$work/output")" = "$work/cache/switchyard/torch-2.11.0"
call eval 'printf other >"$environment/switchyard-ready"; environment_ready'
expect "an environment of other versions is not ready" test "$status" = 1

[ "$failures" = 0 ]
