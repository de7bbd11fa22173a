#!/usr/bin/env bash
# under_x11.sh PROGRAM: runs it on a virtual screen under a real window manager. Exit status 77 = left out, with why.
set -euo pipefail
for tool in Xvfb xvfb-run openbox; do
    command -v "$tool" >/dev/null || { echo "left out: $tool is not installed (see scripts/packages_test.txt)"; exit 77; }
done
runtime=$(mktemp -d)
trap 'rm -rf "$runtime"' EXIT
export XDG_RUNTIME_DIR=$runtime QT_QPA_PLATFORM=xcb QTEST_FUNCTION_TIMEOUT=900000
xvfb-run -a -s "-screen 0 1600x900x24" bash -c 'openbox & "$@"; status=$?; kill %1; exit $status' under_x11 "$@"
