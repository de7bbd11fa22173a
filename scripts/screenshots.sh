#!/usr/bin/env bash
# screenshots.sh [FOLDER]: trains three small runs on the default corpus and writes pictures of every page of the window
# into FOLDER (default docs/images). Needs what ./run built; takes some five minutes.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
bin=$root/build/release/bin
images=${1:-$root/docs/images}
home=$(mktemp -d)
trap 'rm -rf "$home"' EXIT
# HOME, too: the window shows the store as ~/...
export HOME=$home SWITCHYARD_HOME=$home/switchyard QT_QPA_PLATFORM=offscreen XDG_RUNTIME_DIR=$home

"$bin/switchyard-cli" corpus import /usr/share/doc/debian-handbook/html --name handbook >&2
"$bin/switchyard-cli" train demo --name demo-e8 --tag first --quiet >&2
"$bin/switchyard-cli" train demo-dense --name demo-dense --quiet >&2
"$bin/switchyard-cli" train demo --name demo-row-balance --set router.balance_scope=row --quiet >&2
for look in light dark; do
    "$bin/switchyard" --screenshots "$home/$look" --size 1600x900 --appearance "$look" --show demo-e8 --show demo-dense --show demo-row-balance
done
mkdir -p "$images"
for page in setup charts compare routing-languages routing-load probe; do
    cp "$home/light/$page.png" "$images/$page.png"
    cp "$home/dark/$page.png" "$images/$page-dark.png"
done
