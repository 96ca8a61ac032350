"""An ONNX resnet18, exported by torch, gives the same pooled activations as its TorchScript twin.

onnx_twin_test.py CLI. Exits with 77 (skipped) where torch, torchvision or h5py is missing.
"""

import pathlib
import subprocess
import sys
import tempfile

try:
    import h5py
    import numpy as np
    import torch
    import torchvision
except ImportError as missing:
    print(f"skipped: {missing}")
    sys.exit(77)

LARGEST_DIFFERENCE = 1e-4
SIDE = 224


def run(*command):
    return subprocess.run([str(part) for part in command], capture_output=True, text=True)


def network():
    torch.manual_seed(0)
    model = torchvision.models.resnet18(weights=None).eval()
    for module in model.modules():
        if isinstance(module, torch.nn.BatchNorm2d):  # like a trained one's: equal weights would be merged in the file
            module.weight.data.uniform_(0.5, 1.5)
            module.bias.data.normal_(0, 0.1)
            module.running_mean.normal_(0, 0.1)
            module.running_var.uniform_(0.5, 1.5)
    return model


def main():
    cli = sys.argv[1]
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        (folder / "pictures").mkdir()
        for number, picture in enumerate(np.random.default_rng(0).integers(0, 256, (6, SIDE, SIDE, 3), dtype=np.uint8)):
            (folder / "pictures" / f"{number}.ppm").write_bytes(f"P6\n{SIDE} {SIDE}\n255\n".encode() + picture.tobytes())
        model = network()
        example = torch.randn(2, 3, SIDE, SIDE)
        torch.jit.trace(model, example).save(str(folder / "twin.pt"))
        torch.onnx.export(model, example, str(folder / "twin.onnx"), opset_version=13, input_names=["input"],
                          dynamic_axes={"input": {0: "images"}})
        for suffix in ("pt", "onnx"):
            done = run(cli, "extract", folder / f"twin.{suffix}", folder / "pictures", "--preset", "imagenet", "--size", SIDE,
                       "--float32", "--pooling", "mean,grid4x4", "-o", folder / f"{suffix}.h5")
            if done.returncode != 0:
                print(done.stderr)
                return 1
        worst, compared = 0.0, 0
        with h5py.File(folder / "pt.h5") as torchscript, h5py.File(folder / "onnx.h5") as onnx:
            ours = onnx["models/twin/layers"]
            for name, layer in torchscript["models/twin/layers"].items():
                if name in ours:
                    worst = max(worst, float(np.abs(layer[:] - ours[name][:]).max()))
                    compared += 1
            print(f"{compared} layers of both, of {len(ours)} in the ONNX file; largest difference {worst:.2g}")
        # What can't be read is said with the way out.
        bad = folder / "bad.onnx"
        bad.write_bytes((folder / "twin.onnx").read_bytes()[:100_000])
        refused = run(cli, "modules", bad)
        print(refused.stderr.strip())
        return 0 if worst <= LARGEST_DIFFERENCE and compared >= 16 and refused.returncode == 65 and "TorchScript" in refused.stderr else 1


sys.exit(main())
