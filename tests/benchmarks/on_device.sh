#!/bin/bash
# What is to be seen on a machine with a GPU: the tests of the pass on it, what is said when there is no such
# device or its memory is full, and the benchmark.
#   tests/benchmarks/on_device.sh BIN [FOLDER]
# BIN: bin/ of an engine build with -DSTRATOSCOPE_BENCHMARKS=ON. FOLDER gets tests.txt, device.json and device.txt.
# DEVICE=torch:cpu and IMAGES=300 rehearse it without a GPU. The build may be another machine's: LibTorch and CUDA
# are those of this machine's python3, where it has them.
set -u
bin=${1:?the bin folder of a build}
out=${2:-.}
device=${DEVICE:-cuda}
images=${IMAGES:-5000,20000}
failures=0

torch=$(python3 -c 'import torch, os; print(os.path.dirname(torch.__file__))' 2>/dev/null)
if [ -n "$torch" ]; then
    export LD_LIBRARY_PATH=$torch/lib:$torch/../nvidia/cu13/lib:$torch/../nvidia/cu12/lib${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
fi

step() { # TITLE COMMAND…: runs it, tells how it ended
    local title=$1; shift
    echo "== $title"
    local start=$SECONDS
    "$@"
    local code=$?
    echo "== $title: exit $code after $((SECONDS - start)) s"
    return $code
}

tests() { "$bin/$1" --gtest_brief=1 --gtest_filter="$2"; }
step "tests of the choice of a device" tests test_engine 'DevicePass*' || failures=$((failures + 1))
step "tests of its parts on devices" tests test_torch_parts '*' || failures=$((failures + 1))
step "tests of the pass on devices" tests test_measures '*Device*' || failures=$((failures + 1))

step "a GPU that is not there is refused (exit 1)" "$bin/bench_device" --device cuda:7 && failures=$((failures + 1))

# LibTorch can be told to take only a share of a GPU's memory.
memory=$(nvidia-smi --query-gpu=memory.total --format=csv,noheader,nounits 2>/dev/null | head -1)
with_megabytes() { # MEGABYTES COMMAND…
    local share
    share=$(awk "BEGIN { print $1 / $memory }"); shift
    PYTORCH_ALLOC_CONF=per_process_memory_fraction:$share PYTORCH_CUDA_ALLOC_CONF=per_process_memory_fraction:$share "$@"
}
if [ -n "$memory" ]; then
    one=("$bin/bench_device" --device "$device" --images 5000 --repeats 1 --only 2)
    step "with 700 MB of the GPU's memory: smaller blocks" with_megabytes 700 "${one[@]}" || failures=$((failures + 1))
    step "with 320 MB: too little for the rows, so the processors" with_megabytes 320 "${one[@]}" --no-processors ||
        failures=$((failures + 1))
fi

step "benchmark" "$bin/bench_device" --device "$device" --images "$images" --stages ${BENCH_OPTIONS:-} --json "$out/device.json" \
    || failures=$((failures + 1))
echo "== $failures steps failed"
exit "$failures"
