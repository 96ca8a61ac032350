#!/usr/bin/env bash
# On a disk that fills up an extraction says so, leaves no broken file, and goes on once there is room, to the bytes of an undisturbed run.
# full_disk_test.sh CLI MODEL_WRITER      on a small file system of its own where one can be mounted; else with a limit on a file's size
set -euo pipefail
cli=$1 writer=$2
if [ -z "${FULL_DISK_MAY_MOUNT:-}" ]; then
    if unshare --user --map-root-user --mount mount -t tmpfs none /mnt 2> /dev/null; then
        exec env FULL_DISK_MAY_MOUNT=yes unshare --user --map-root-user --mount bash "$0" "$@"
    elif unshare --mount mount -t tmpfs none /mnt 2> /dev/null; then
        exec env FULL_DISK_MAY_MOUNT=yes unshare --mount bash "$0" "$@"
    fi
    FULL_DISK_MAY_MOUNT=no
    echo "no file system can be mounted here: a limit on the size of files stands for the full disk"
fi
folder=$(mktemp -d)
trap 'umount "$folder/disk" 2> /dev/null || true; rm -rf "$folder"' EXIT
"$writer" "$folder/small.pt"
mkdir "$folder/pictures" "$folder/disk" "$folder/undisturbed"
for number in $(seq 1 120); do
    { printf 'P6\n64 64\n255\n'; head -c 12288 < <(yes "$number $((number * 7919))"); } > "$folder/pictures/$number.ppm"
done
extract=("$cli" extract "$folder/small.pt" "$folder/pictures" --size 32 --batch 8 --pooling mean,flatten --float32 --threads 1 -o)
"${extract[@]}" "$folder/undisturbed/out.h5" > /dev/null 2>&1
whole=$(stat -c %s "$folder/undisturbed/out.h5")

# run_with_room BYTES: the extraction, with so much room for what it writes.
run_with_room() {
    if [ "$FULL_DISK_MAY_MOUNT" = yes ]; then
        mountpoint -q "$folder/disk" || mount -t tmpfs -o size=100m none "$folder/disk"
        mount -o "remount,size=$1" "$folder/disk"
        "${extract[@]}" "$folder/disk/out.h5"
    else
        (trap '' XFSZ && ulimit -f $(($1 / 1024)) && "${extract[@]}" "$folder/disk/out.h5")
    fi
}

# refused BYTES: it must fail for want of room and leave nothing but what it can go on from; what it said is in $said then.
refused() {
    local code=0 left
    said=$(run_with_room "$1" 2>&1 > /dev/null) || code=$?
    printf 'with %d kB: %s\n' $(($1 / 1000)) "$said"
    [ "$code" -eq 73 ] || { echo "exit code $code instead of 73"; exit 1; }
    [[ $said == *"Make room"* ]] || { echo "it does not say what to do"; exit 1; }
    left=$(ls -A "$folder/disk")
    [ "$left" = out.h5.part ] || { echo "left behind: $left"; exit 1; }
}

# First what is finished batch by batch finds no room, then, with more and more of it, the file itself.
room=$((whole / 3)) before=0
until refused "$room" && [[ $said == *"only writing the file is left"* ]]; do
    now=$(stat -c %s "$folder/disk/out.h5.part")
    [ "$now" -ge "$before" ] || { echo "what was finished is lost"; exit 1; }
    before=$now room=$((room * 6 / 5))
    [ "$FULL_DISK_MAY_MOUNT" = yes ] || break # a limit on each file stops the larger of the two alone
done
touch "$folder/disk/.out.h5.aB3dE9" "$folder/disk/.out.h5.notes" # of a run killed while it wrote the file; and somebody's own
said=$(run_with_room $((whole * 8)) 2>&1)
echo "$said"
[[ $said == *"went on after"* ]] || { echo "it did not go on"; exit 1; }
cmp "$folder/undisturbed/out.h5" "$folder/disk/out.h5"
left=$(ls -A "$folder/disk" | tr '\n' ' ')
[ "$left" = ".out.h5.notes out.h5 " ] || { echo "left behind: $left"; exit 1; }
