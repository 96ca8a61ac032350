"""Files that NumPy, torch, safetensors and h5py themselves wrote give the numbers that were saved.

The same activations are written in each format; a comparison of one layer with another must come out equal, to the last
bit, to that of the same numbers in HDF5.
usage: other_libraries_test.py PATH/TO/stratoscope-cli      (exit 77: numpy or h5py is missing, skipped)
"""
import json
import pathlib
import subprocess
import sys
import tempfile

try:
    import h5py
    import numpy
except ImportError as missing:
    print(f"skipped: {missing}")
    sys.exit(77)
try:
    import torch
except ImportError:
    torch = None
try:
    import safetensors.numpy
except ImportError:
    safetensors = None

program = sys.argv[1]
images = 50
random = numpy.random.default_rng(0)
early = random.normal(size=(images, 6)).astype("f4")
tokens = random.normal(size=(images, 5, 4)).astype("f2")
places = early[:, :3, None, None] * random.normal(size=(images, 3, 4, 5))
ids = [f"{'äb'[i % 2]}/{i}.jpg" for i in range(images)]


def answer_of(*files):
    done = subprocess.run([program, "compare", *map(str, files), "--measure", "information_imbalance,cka_unbiased", "-k", "5", "-o", "-"],
                          capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    names = [name.split("/", 1)[1] for name in result["measures"][0]["layers"]]
    return names, [measure["value"] for measure in result["measures"]]


def info_of(file):
    done = subprocess.run([program, "info", str(file), "--json"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


layers = {"a": early, "b": tokens, "c": places}
with tempfile.TemporaryDirectory() as name:
    folder = pathlib.Path(name)
    with h5py.File(folder / "plain.h5", "w", track_order=True) as file:
        for layer, values in layers.items():
            file[layer] = values
    expected = answer_of(folder / "plain.h5")
    assert expected[0] == ["a", "b", "c"]
    checked = []

    def check(path, with_ids=False):
        assert answer_of(path) == expected, f"{path}: {answer_of(path)} is not {expected}"
        info = info_of(path)
        assert info["images"] == images and (info["ids"] == "file") == with_ids, info
        checked.append(path.name)

    numpy.savez(folder / "stored.npz", **layers, ids=numpy.array(ids))
    check(folder / "stored.npz", with_ids=True)
    numpy.savez_compressed(folder / "packed.npz", **layers)
    check(folder / "packed.npz")

    (folder / "npy").mkdir()
    for layer, values in layers.items():
        numpy.save(folder / "npy" / f"{layer}.npy", values)
    check(folder / "npy")
    (folder / "turned").mkdir()
    for layer, values in layers.items():
        numpy.save(folder / "turned" / f"{layer}.npy", numpy.asfortranarray(values.astype(values.dtype.newbyteorder(">"))))
    check(folder / "turned")

    # thingsvision: <module>/features.npy, or .hdf5, or .pt, and file_names.txt.
    for layer, values in layers.items():
        (folder / "vision" / layer).mkdir(parents=True)
        numpy.save(folder / "vision" / layer / "features.npy", values)
    (folder / "vision" / "file_names.txt").write_text("\n".join(ids), encoding="utf-8")
    check(folder / "vision", with_ids=True)
    with h5py.File(folder / "vision" / "a" / "features.hdf5", "w") as file:
        file.create_dataset("features", data=early)
    info = info_of(folder / "vision" / "a" / "features.hdf5")
    assert info["ids"] == "file" and info["models"][0]["name"] == "a", info

    if torch is not None:
        tensors = {layer: torch.tensor(values) for layer, values in layers.items()}
        torch.save(tensors, folder / "dictionary.pt")
        check(folder / "dictionary.pt")
        tensors["c"] = tensors["c"].to(memory_format=torch.channels_last)
        tensors["a"] = torch.nn.Parameter(tensors["a"].T.contiguous().T)
        torch.save({"net": tensors, "ids": ids, "epoch": 3}, folder / "turned.pt")
        check(folder / "turned.pt", with_ids=True)
        for layer, values in layers.items():
            (folder / "tensors").mkdir(exist_ok=True)
            torch.save(torch.tensor(values), folder / "tensors" / f"{layer}.pt")
        check(folder / "tensors")
        torch.save(torch.nn.Linear(3, 4), folder / "model.pt")
        refused = subprocess.run([program, "info", str(folder / "model.pt")], capture_output=True, text=True)
        assert refused.returncode == 65 and "no tensors" in refused.stderr, refused
    if safetensors is not None:
        safetensors.numpy.save_file({k: numpy.ascontiguousarray(v) for k, v in layers.items()}, folder / "all.safetensors")
        check(folder / "all.safetensors")
print("read as written:", ", ".join(checked), "" if torch else "(no torch)", "" if safetensors else "(no safetensors)")
