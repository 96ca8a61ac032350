"""Draws what tests/benchmarks/run measured: picture.py FOLDER writes FOLDER/benchmarks.png and .svg."""

import glob
import json
import sys

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402


def engine_bars(axes, folder):
    names = []
    floors = []
    for path in sorted(glob.glob(f"{folder}/engine_*.json"), key=lambda p: int(p.split("_")[-1][:-5])):
        with open(path, encoding="utf-8") as file:
            for run in json.load(file):
                what = run["what"].replace("information_imbalance ", "").replace("together", "12 measures")
                kind = " unrelated" if run["unrelated"] else ""
                names.append(f"{what}, N {run['images']}, D {run['dimension']}, L {run['layers']}{kind}, "
                             f"{run['threads']} thread{'s' if run['threads'] > 1 else ''}")
                floors.append(run["floors"])
    places = range(len(names), 0, -1)
    axes.barh(list(places), floors, color="#3b6ea5")
    axes.axvline(1.0, color="#444444", linewidth=1)
    axes.set_yticks(list(places), names, fontsize=7)
    for place, value in zip(places, floors):
        axes.text(value + 0.02, place, f"{value:.2f}", va="center", fontsize=7)
    axes.set_xlabel("time / time of one full product a layer")
    axes.set_title("The whole comparison, errors included", fontsize=10)


def peer_lines(axes, folder):
    with open(f"{folder}/peers.json", encoding="utf-8") as file:
        runs = [run for run in map(json.loads, file) if run["k"] == 1]
    runs.sort(key=lambda run: run["images"])
    labels = {"stratoscope": "stratoscope-cli", "numpy": "numpy, argsort of argsort",
              "scatter": "numpy, argsort and scatter", "dadapy": "DADApy, public API", "floor": "products alone (numpy)"}
    for name, label in labels.items():
        points = [(run["images"], run["seconds"][name]) for run in runs if name in run["seconds"]]
        if points:
            axes.plot(*zip(*points), marker="o", label=label, color="#444444" if name == "floor" else None,
                      linestyle=":" if name == "floor" else "-", linewidth=2.5 if name == "stratoscope" else 1.2)
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xticks([run["images"] for run in runs], [str(run["images"]) for run in runs])
    axes.minorticks_off()
    axes.set_xlabel("images")
    axes.set_ylabel("seconds")
    axes.set_title(f"{runs[0]['layers']} layers, D = {runs[0]['dimension']}, k = 1, {runs[0]['threads']} thread",
                   fontsize=10)
    axes.legend(fontsize=8, frameon=False)


def main(folder):
    figure, (left, right) = plt.subplots(1, 2, figsize=(12, 5), width_ratios=(1, 1), layout="constrained")
    engine_bars(left, folder)
    peer_lines(right, folder)
    for axes in (left, right):
        axes.spines[["top", "right"]].set_visible(False)
    for ending in ("png", "svg"):
        figure.savefig(f"{folder}/benchmarks.{ending}", dpi=130)
    print(f"{folder}/benchmarks.png")


if __name__ == "__main__":
    main(sys.argv[1])
