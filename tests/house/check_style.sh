#!/usr/bin/env bash
# clang-format on the C++ files that changed since a commit (all of them when it is not given and there is one commit),
# and clang-tidy on the changed sources that build/release or build/dev knows how to compile.
#   bash tests/house/check_style.sh [BASE COMMIT]
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
cd "$root"
base=${1:-$(git rev-parse -q --verify HEAD~1 || git hash-object -t tree /dev/null)}
mapfile -t changed < <(git diff --name-only --diff-filter=d "$base" -- '*.h' '*.cpp')
if [ "${#changed[@]}" -eq 0 ]; then
    echo "Style: no C++ file changed since $base"
    exit 0
fi
clang-format-14 --dry-run --Werror "${changed[@]}"
echo "Style: ${#changed[@]} files are formatted as .clang-format says"

database=
for folder in build/release build/dev; do
    [ -f "$folder/compile_commands.json" ] && database=$folder && break
done
mapfile -t compiled < <(for file in "${changed[@]}"; do
    [ -n "$database" ] && grep -q "\"file\": \".*/$file\"" "$database/compile_commands.json" && echo "$file"
done || true)
# Sources that include Torch or QCustomPlot take minutes each and the headers' own findings drown ours.
mapfile -t light < <(grep -LE 'torch/|qcustomplot' "${compiled[@]:-/dev/null}" 2>/dev/null | head -n "${STYLE_TIDY_LIMIT:-12}")
if [ "${#light[@]}" -gt 0 ]; then
    printf '%s\n' "${light[@]}" | xargs -P "$(nproc)" -n 1 clang-tidy-14 -p "$database" --quiet --extra-arg=-Wno-unknown-warning-option
    echo "Style: clang-tidy finds nothing in ${#light[@]} sources"
fi
