#!/usr/bin/env bash
# Killed (SIGKILL) again and again and started again, an extraction ends with the bytes of one that ran through.
# killed_extraction_test.sh CLI MODEL_WRITER
set -euo pipefail
cli=$1 writer=$2
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"$writer" "$folder/small.pt"
mkdir "$folder/pictures"
for number in $(seq 1 600); do
    { printf 'P6\n64 64\n255\n'; head -c 12288 < <(yes "$number $((number * 7919))"); } > "$folder/pictures/$number.ppm"
done
command=("$cli" extract "$folder/small.pt" "$folder/pictures" --size 32 --batch 4 --pooling mean,flatten --threads 1 -o)
started=$(date +%s%N)
"${command[@]}" "$folder/whole.h5" > /dev/null 2>&1
took=$((($(date +%s%N) - started) / 1000000)) # ms
kills=0
for tenth in 3 4 5 6 7 8 9; do
    # The program itself, not a shell around it, or the wrong one would be killed.
    "${command[@]}" "$folder/broken.h5" > /dev/null 2>&1 &
    running=$!
    sleep "$(printf '%d.%03d' $((took * tenth / 10000)) $((took * tenth / 10 % 1000)))"
    if kill -KILL "$running" 2> /dev/null; then kills=$((kills + 1)); fi
    wait "$running" 2> /dev/null || true
    [ ! -e "$folder/broken.h5" ] || break
done
[ "$kills" -gt 0 ] || { echo "it was never killed"; exit 1; }
if [ ! -e "$folder/broken.h5" ] || [ -e "$folder/broken.h5.part" ]; then
    "${command[@]}" "$folder/broken.h5" 2>&1
fi
cmp "$folder/whole.h5" "$folder/broken.h5"
echo "killed $kills times, and the same bytes"

# While the file itself is being written, which leaves a temporary file behind that the next run removes.
temporary() { compgen -G "$folder/.late.h5.*" > /dev/null; }
for attempt in 1 2 3 4 5 6 7 8 9 10; do # it may be done before it is killed
    rm -f "$folder/late.h5"
    "${command[@]}" "$folder/late.h5" > /dev/null 2>&1 &
    running=$!
    until temporary || ! kill -0 "$running" 2> /dev/null; do :; done
    kill -KILL "$running" 2> /dev/null || true
    wait "$running" 2> /dev/null || true
    if temporary; then break; fi
done
temporary || { echo "it could not be killed while it wrote the file"; exit 1; }
"${command[@]}" "$folder/late.h5" 2>&1
cmp "$folder/whole.h5" "$folder/late.h5"
! temporary || { echo "what the killed run left is still there"; exit 1; }
