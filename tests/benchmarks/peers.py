"""The whole layers x layers information imbalance as others compute it, against stratoscope-cli on the same files.

Everything counts: for the command line its start, reading the files and writing the result; for the peers, which get
their arrays in memory, the computation alone. Rounds are interleaved, and the medians of each are compared.

numpy      ranks by argsort of argsort of one float32 product a layer; mean rank of the k nearest
scatter    the same with one argsort and a scatter: the skilled way
dadapy     MetricComparisons.return_inf_imb_two_selected_coords for each pair, its public way (where installed)
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time


def parsed():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cli", required=True, help="the stratoscope-cli to measure")
    parser.add_argument("--images", type=int, default=2000)
    parser.add_argument("--dimension", type=int, default=768)
    parser.add_argument("--layers", type=int, default=13)
    parser.add_argument("-k", type=int, default=1)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--dadapy-seconds", type=float, default=100.0,
                        help="only as many pairs of layers as take about so long; the rest is extrapolated")
    parser.add_argument("--json", help="append the result, a line of JSON, to this file")
    return parser.parse_args()


ARGUMENTS = parsed()
for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = str(ARGUMENTS.threads)

import numpy as np  # noqa: E402  (threads are set before it starts)

try:
    from dadapy import MetricComparisons
except ImportError:
    MetricComparisons = None


def made_layers(images, dimension, layers):
    """Each layer a random view of 24 hidden numbers, which drift a little from layer to layer, with some noise."""
    random = np.random.default_rng(7)
    latent = random.standard_normal((images, 24), dtype=np.float32)
    out = []
    for _ in range(layers):
        mix = random.standard_normal((24, dimension), dtype=np.float32)
        noise = random.standard_normal((images, dimension), dtype=np.float32)
        out.append(latent @ mix + np.float32(0.3) * noise)
        latent = np.float32(0.97) * latent + np.float32(0.25) * random.standard_normal(latent.shape, dtype=np.float32)
    return out


def squared_distances(rows):
    lengths = np.einsum("ij,ij->i", rows, rows)
    distances = rows @ rows.T
    distances *= -2.0
    distances += lengths[:, None]
    distances += lengths[None, :]
    np.fill_diagonal(distances, -np.inf)  # oneself comes first and has rank 0
    return distances


def imbalances(layers, k, ranked):
    """(L, L) mean rank in b of the k nearest in a, times 2/N. ranked(distances) -> order or None, ranks."""
    images = len(layers[0])
    ranks = []
    nearest = []
    for rows in layers:
        distances = squared_distances(rows)
        order, rank = ranked(distances)
        nearest.append(order[:, 1:k + 1].copy())
        ranks.append(rank)
    out = np.empty((len(layers), len(layers)))
    for a, near in enumerate(nearest):
        for b, rank in enumerate(ranks):
            out[a, b] = np.take_along_axis(rank, near, axis=1).mean() * 2.0 / images
    return out


def argsort_of_argsort(distances):
    order = np.argsort(distances, axis=1)
    return order, np.argsort(order, axis=1).astype(np.int32)


def argsort_and_scatter(distances):
    order = np.argsort(distances, axis=1)
    rank = np.empty(order.shape, dtype=np.int32)
    np.put_along_axis(rank, order, np.arange(order.shape[1], dtype=np.int32)[None, :], axis=1)
    return order, rank


def floor(layers):
    for rows in layers:
        rows @ rows.T


def with_dadapy(layers, k, budget):
    """Seconds for all pairs, and how many of them were really done."""
    dimension = layers[0].shape[1]
    both = MetricComparisons(np.concatenate(layers, axis=1), maxk=len(layers[0]) - 1, n_jobs=ARGUMENTS.threads)
    pairs = [(a, b) for a in range(len(layers)) for b in range(a, len(layers))]
    start = time.perf_counter()
    done = 0
    for a, b in pairs:
        columns = [list(range(layer * dimension, (layer + 1) * dimension)) for layer in (a, b)]
        both.return_inf_imb_two_selected_coords(*columns, k=k)
        done += 1
        if time.perf_counter() - start > budget:
            break
    return (time.perf_counter() - start) * len(pairs) / done, done, len(pairs)


def with_stratoscope(folder, k):
    result = os.path.join(folder, "result.json")
    subprocess.run([ARGUMENTS.cli, "compare", os.path.join(folder, "model"), "-k", str(k), "--threads",
                    str(ARGUMENTS.threads), "-o", result], check=True, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL)
    with open(result, encoding="utf-8") as file:
        return np.array(json.load(file)["measures"][0]["value"])


def timed(function, *arguments):
    start = time.perf_counter()
    value = function(*arguments)
    return time.perf_counter() - start, value


def main():
    layers = made_layers(ARGUMENTS.images, ARGUMENTS.dimension, ARGUMENTS.layers)
    ways = {"numpy": argsort_of_argsort, "scatter": argsort_and_scatter}
    seconds = {name: [] for name in ("stratoscope", "floor", *ways)}
    differences = {}
    with tempfile.TemporaryDirectory() as folder:
        os.mkdir(os.path.join(folder, "model"))
        for index, rows in enumerate(layers):
            np.save(os.path.join(folder, "model", f"block.{index}.npy"), rows)
        with_stratoscope(folder, ARGUMENTS.k)  # files and libraries are in memory from here on
        floor(layers[:1])
        for _ in range(ARGUMENTS.rounds):
            duration, ours = timed(with_stratoscope, folder, ARGUMENTS.k)
            seconds["stratoscope"].append(duration)
            seconds["floor"].append(timed(floor, layers)[0])
            for name, way in ways.items():
                duration, theirs = timed(imbalances, layers, ARGUMENTS.k, way)
                seconds[name].append(duration)
                differences[name] = float(np.abs(ours - theirs).max())
    report = {"images": ARGUMENTS.images, "dimension": ARGUMENTS.dimension, "layers": ARGUMENTS.layers,
              "k": ARGUMENTS.k, "threads": ARGUMENTS.threads, "rounds": ARGUMENTS.rounds,
              "numpy": np.__version__, "differences": differences,
              "seconds": {name: statistics.median(all_) for name, all_ in seconds.items()},
              "range": {name: [min(all_), max(all_)] for name, all_ in seconds.items()}}
    if MetricComparisons is None:
        print("dadapy is not installed: skipped", file=sys.stderr)
    else:
        duration, done, pairs = with_dadapy(layers, ARGUMENTS.k, ARGUMENTS.dadapy_seconds)
        report["seconds"]["dadapy"] = duration
        report["dadapy_pairs"] = [done, pairs]
    ours = report["seconds"]["stratoscope"]
    print(f"N={ARGUMENTS.images} D={ARGUMENTS.dimension} L={ARGUMENTS.layers} k={ARGUMENTS.k} "
          f"threads={ARGUMENTS.threads}: stratoscope-cli {ours:.2f} s")
    for name, duration in report["seconds"].items():
        if name == "stratoscope":
            continue
        note = f", differs by {differences[name]:.1e}" if name in differences else ""
        if name == "dadapy" and done < pairs:
            note = f", {done} of {pairs} pairs done and extrapolated"
        print(f"  {name:12} {duration:9.2f} s  {duration / ours:8.1f} times{note}", flush=True)
    if ARGUMENTS.json:
        with open(ARGUMENTS.json, "a", encoding="utf-8") as file:
            file.write(json.dumps(report) + "\n")


if __name__ == "__main__":
    main()
