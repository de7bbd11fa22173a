# What ./run and ./test share: packages, the LibTorch environment, configure, build. Sourced by bash with set -euo
# pipefail and $root, the repository's folder. Everything says on standard error what it does.

torch_version=2.11.0
pip_requirements=("torch==$torch_version" numpy "cmake>=3.28,<5")
environment=${XDG_CACHE_HOME:-${HOME:?must name your home folder}/.cache}/switchyard/torch-$torch_version
build=$root/build/release
handbook=/usr/share/doc/debian-handbook/html

say() { printf '== %s\n' "$*" >&2; }

# stop TEXT...: one line each, then the end of the script.
stop() {
    printf '\n%s: cannot go on: %s\n' "${0##*/}" "$1" >&2
    shift
    if [ $# -gt 0 ]; then printf '%s\n' "$@" >&2; fi
    exit 1
}

# ---- Debian packages ----

wanted_packages() { grep -v '^#' "$root/scripts/packages.txt"; }

# Those of the arguments that are not installed, one a line.
missing_packages() {
    local installed
    # It fails where any package is unknown, and still lists the others.
    installed=$(dpkg-query -W -f '${Package} ${db:Status-Status}\n' "$@" 2>/dev/null | sed -n 's/ installed$//p') || true
    printf '%s\n' "$@" | grep -vxF -e "$installed" || true
}

# as_root COMMAND...: by sudo where needed; asks for a password only on a terminal.
as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    elif [ -t 0 ]; then
        sudo "$@"
    else
        sudo -n "$@"
    fi
}

can_be_root() {
    [ "$(id -u)" = 0 ] && return
    command -v sudo >/dev/null || return 1
    [ -t 0 ] || sudo -n true 2>/dev/null
}

install_packages() {
    # Minimal images leave documentation out, and the handbook is documentation.
    local install=(apt-get install -y --no-install-recommends -o Dpkg::Options::="--path-include=/usr/share/doc/debian-handbook/*" "$@")
    local command="apt-get update && apt-get install -y --no-install-recommends -o Dpkg::Options::=--path-include='/usr/share/doc/debian-handbook/*' $*"
    can_be_root || stop "Debian packages are missing, and installing them needs root." "Run this as root, then start ./${0##*/} again:" "  $command"
    say "installing Debian packages: $*"
    if ! as_root apt-get update -q >&2 || ! as_root env DEBIAN_FRONTEND=noninteractive "${install[@]}" >&2; then
        stop "Debian packages could not be installed; apt-get says why above." \
             "With a network, run this as root, then start ./${0##*/} again:" "  $command"
    fi
}

# What some tests need beside: where it cannot be installed those tests say so and are left out.
try_test_packages() {
    local missing
    mapfile -t missing < <(missing_packages $(grep -v '^#' "$root/scripts/packages_test.txt"))
    [ ${#missing[@]} -gt 0 ] || return 0
    say "installing Debian packages for tests: ${missing[*]}"
    if ! can_be_root || ! as_root apt-get update -q >&2 ||
        ! as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "${missing[@]}" >&2; then
        say "could not be installed: ${missing[*]}; tests that need them are left out"
    fi
}

ensure_packages() {
    command -v dpkg-query >/dev/null || stop "this set-up knows Debian and Ubuntu only (there is no dpkg-query)." \
        "Install what scripts/packages.txt lists by your system's names and build as CONTRIBUTING.md says."
    local missing
    mapfile -t missing < <(missing_packages $(wanted_packages))
    if [ ${#missing[@]} -gt 0 ]; then install_packages "${missing[@]}"; fi
    if [ ! -d "$handbook" ]; then install_packages --reinstall debian-handbook; fi
}

# ---- the LibTorch environment, shared by every clone of this user ----

# Its marker names what was installed for which Python; it is written last.
marker() { printf '%s %s' "$(readlink -f /usr/bin/python3)" "${pip_requirements[*]}"; }

environment_ready() { [ "$(cat "$environment/switchyard-ready" 2>/dev/null)" = "$(marker)" ]; }

environment_works() {
    "$environment/bin/python" -c "import numpy, torch; assert torch.__version__.startswith('$torch_version')" 2>/dev/null &&
        "$environment/bin/cmake" --version >/dev/null 2>&1
}

free_gib() { df -Pk "$1" | awk 'NR == 2 {print int($4 / 1048576)}'; }

fill_environment() {
    local pip=("$environment/bin/python" -m pip install --disable-pip-version-check --no-cache-dir --retries 3 "${pip_requirements[@]}")
    /usr/bin/python3 -m venv "$environment" >&2 || stop "/usr/bin/python3 -m venv $environment failed, see above."
    # Wheels are unpacked on the same disk: /tmp is often small.
    mkdir -p "$environment/tmp"
    TMPDIR=$environment/tmp "${pip[@]}" >&2 || stop "LibTorch could not be installed; pip says why above." \
        "With a network, start ./${0##*/} again. It runs:" "  $(printf '%q ' "${pip[@]}")" \
        "Or copy $environment from a machine where it has the same path and Python."
    rm -rf "$environment/tmp"
}

make_environment() {
    mkdir -p "$environment"
    if ! environment_works; then
        local free
        free=$(free_gib "$environment")
        [ "$free" -ge 10 ] || stop "LibTorch needs 10 GiB while it is installed (5 afterwards), and $environment has $free GiB free." \
            "Free some space, or set XDG_CACHE_HOME to a folder on a larger disk."
        say "installing LibTorch $torch_version into $environment (once per user; some 2.5 GB to download)"
        find "$environment" -mindepth 1 -delete
        fill_environment
        environment_works || stop "the LibTorch environment $environment does not work." "This says why:" \
            "  $environment/bin/python -c 'import torch'"
    fi
    marker >"$environment/switchyard-ready"
}

ensure_environment() {
    if ! environment_ready; then
        mkdir -p "${environment%/*}" || stop "cannot create ${environment%/*}." "Set XDG_CACHE_HOME to a folder that you may write."
        # One set-up at a time; the second finds the work done.
        exec 9>"$environment.lock"
        flock -n 9 || { say "waiting for another set-up of $environment"; flock 9; }
        environment_ready || make_environment
        exec 9>&-
    fi
    [ "$(readlink "$root/.venv" 2>/dev/null)" = "$environment" ] || ln -sfn "$environment" "$root/.venv"
}

# ---- build ----

# One job per core, but only as many as memory holds: a LibTorch source takes up to 2.5 GiB.
build_jobs() {
    local cores memory
    cores=$(nproc)
    memory=$(awk '/^MemAvailable:/ {print int($2 / 2621440)}' /proc/meminfo)
    [ "$memory" -ge 1 ] || memory=1
    echo $((cores < memory ? cores : memory))
}

# Ninja configures again by itself where a CMake file changed; a folder that moved starts afresh.
configure() {
    local cmake=$root/.venv/bin/cmake home
    home=$(sed -n 's/^CMAKE_HOME_DIRECTORY:INTERNAL=//p' "$build/CMakeCache.txt" 2>/dev/null) || true
    [ "$home" = "$root" ] && [ -f "$build/build.ninja" ] && return
    [ -z "$home" ] || [ "$home" = "$root" ] || rm -f "$build/CMakeCache.txt"
    say "configuring build/release"
    (cd "$root" && "$cmake" --preset release >&2) || stop "CMake could not configure build/release; it says why above."
}

# build_targets [TARGET...]: all without one.
build_targets() {
    local arguments=()
    [ $# -eq 0 ] || arguments=(--target "$@")
    "$root/.venv/bin/cmake" --build "$build" -j "$(build_jobs)" "${arguments[@]}" >&2 || stop "the build failed; the compiler says why above."
}

# Two builds in one folder spoil each other's precompiled headers. Held until leave_build or the end.
enter_build() {
    mkdir -p "$build"
    exec 8>"$build/.lock"
    flock -n 8 || { say "waiting for another ./run or ./test of this folder"; flock 8; }
}
leave_build() { exec 8>&-; }

prepare() {
    ensure_packages
    ensure_environment
    enter_build
    configure
}
