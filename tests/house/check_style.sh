#!/usr/bin/env bash
# clang-format on every C++ file, and clang-tidy on the sources that changed since a commit.
#   bash tests/house/check_style.sh [BASE]        BASE: by default the commit before the last day's work
# STYLE_TIDY_LIMIT bounds the number of sources given to clang-tidy (up to a minute each on a slow machine).
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
cd "$root"

mapfile -t all < <(git ls-files '*.h' '*.cpp')
clang-format-14 --dry-run --Werror "${all[@]}"
echo "Style: ${#all[@]} files are formatted as .clang-format says"

base=${1:-$(git rev-list -1 --before='1 day ago' HEAD)}
[ -n "$base" ] || base=$(printf '' | git hash-object -t tree --stdin) # a young repository: everything is new
database=
for folder in build/release build/dev; do
    [ -f "$folder/compile_commands.json" ] && database=$folder && break
done
if [ -z "$database" ]; then
    echo "Style: clang-tidy skipped, since neither build/release nor build/dev is configured"
    exit 0
fi

# Sources that include QCustomPlot take minutes each, Torch's headers are no C++ to clang-tidy 14, and Google
# Benchmark's loops are dead stores to it: the compiler's own warnings have to do for these.
checked=()
for source in $(git diff --name-only --diff-filter=d "$base" -- '*.cpp'); do
    grep -q "\"file\": \".*/$source\"" "$database/compile_commands.json" || continue
    [[ $source == core/models/torchscript/* || $source == core/engine/torch/* ]] && continue
    grep -qE 'torch/|qcustomplot|benchmark/benchmark\.h' "$source" && continue
    checked+=("$source")
done
limit=${STYLE_TIDY_LIMIT:-12}
if [ "${#checked[@]}" -gt "$limit" ]; then
    echo "Style: clang-tidy reads the first $limit of ${#checked[@]} changed sources (STYLE_TIDY_LIMIT)"
    checked=("${checked[@]:0:$limit}")
fi
if [ "${#checked[@]}" -gt 0 ]; then
    printf '%s\n' "${checked[@]}" | xargs -P "$(nproc)" -n 1 clang-tidy-14 -p "$database" --quiet 2> >(grep -vE 'warnings? generated' >&2)
    echo "Style: clang-tidy finds nothing in ${#checked[@]} sources"
fi
