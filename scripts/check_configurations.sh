#!/usr/bin/env bash
# Other machines configure too: without a CUDA toolkit, without Qt, without LibTorch.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
. "$root/scripts/setup.sh"

cmake=$root/.venv/bin/cmake
log=$root/build/check_configurations.log
mkdir -p "${log%/*}"

# quietly WHAT COMMAND...: the output only where it fails.
quietly() {
    local what=$1
    shift
    say "checking: $what"
    "$@" >"$log" 2>&1 || { cat "$log" >&2; stop "$what failed."; }
}

# Runs in a mount namespace of its own.
if [ "${1-}" = --toolkit-hidden ]; then
    for toolkit in /usr/local/cuda*; do
        if [ -d "$toolkit" ]; then mount -t tmpfs none "$(readlink -f "$toolkit")"; fi
    done
    unset CUDACXX CUDA_HOME CUDA_PATH
    clean=()
    IFS=: read -ra folders <<<"$PATH"
    for folder in "${folders[@]}"; do [ -x "$folder/nvcc" ] || clean+=("$folder"); done
    PATH=$(IFS=:; echo "${clean[*]}")
    export PATH
    "$cmake" --preset release -S "$root" -B "$root/build/no-toolkit"
    if grep '^CMAKE_CUDA_COMPILER:[A-Z]*=/' "$root/build/no-toolkit/CMakeCache.txt"; then
        echo "the toolkit was found although it is hidden"
        exit 1
    fi
    exec "$cmake" --build "$root/build/no-toolkit" -j "$(build_jobs)" --target switchyard-cli
fi

quietly "configure without Qt" "$cmake" --preset server -S "$root" -B "$root/build/server" -DCMAKE_DISABLE_FIND_PACKAGE_Qt6=ON
quietly "configure without LibTorch" "$cmake" --preset window-only -S "$root" -B "$root/build/window-only" -DSWITCHYARD_TORCH_DIR=/nonexistent
if [ "$(id -u)" != 0 ] || ! unshare -m true 2>/dev/null; then
    say "left out: the build with the CUDA toolkit hidden needs root and mount namespaces (unshare -m)"
else
    quietly "build of switchyard-cli without a CUDA toolkit" unshare -m "$root/scripts/check_configurations.sh" --toolkit-hidden
fi
