#!/usr/bin/env bash
# A figure without a window: written as asked, and nothing else on the machine is touched.
#   bash figure_test.sh STRATOSCOPE
set -euo pipefail
program=$1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
mkdir "$folder/home"
HOME=$folder/home XDG_CONFIG_HOME=$folder/home/.config "$program" --export "$folder/figure.pdf" --view matrix --width-mm 85
HOME=$folder/home XDG_CONFIG_HOME=$folder/home/.config "$program" --export "$folder/figure.svg" --view plane -k 7
HOME=$folder/home XDG_CONFIG_HOME=$folder/home/.config "$program" --playground folded --screenshot "$folder/playground.png" --window-size 900x600

fail() { echo "figure_test: $*" >&2; exit 1; }
[ "$(head -c 4 "$folder/figure.pdf")" = "%PDF" ] || fail "figure.pdf is no PDF"
grep -q "Information imbalance, k = 7, Euclidean distance · 768 images" "$folder/figure.svg" || fail "figure.svg does not tell what it shows"
[ "$(head -c 24 "$folder/playground.png" | od -An -tx1 -j16 | tr -d ' \n')" = 0000038400000258 ] || fail "playground.png is no PNG of 900 by 600"
[ -c /dev/null ] || fail "/dev/null is no device any more: something was renamed onto it"
left=$(find "$folder/home" -type f)
[ -z "$left" ] || fail "settings were left behind: $left"
