"""Every output that `stratoscope-cli extract` takes from a model file equals what a forward hook sees in Python.

forward_hooks_test.py CLI [NAME…]: torchvision models with random weights, traced and scripted where they can be. Exits with 77
(skipped) where torch, torchvision or h5py is missing.
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

LARGEST_DIFFERENCE = 1e-5  # relative to the largest value of the output, and absolute below 1
SIDE = 224
IMAGES = 2


def write_pictures(folder, pixels):
    for number, picture in enumerate(pixels):
        header = f"P6\n{SIDE} {SIDE}\n255\n".encode()
        (folder / f"{number}.ppm").write_bytes(header + picture.tobytes())


def hooked(model, batch):
    """Outputs by the names the program gives them."""
    calls = {}

    def tensors_of(value):
        if isinstance(value, torch.Tensor):
            return [value]
        if isinstance(value, dict):
            value = list(value.values())
        if isinstance(value, (tuple, list)):
            return [tensor for one in value for tensor in tensors_of(one)]
        return []

    def watch(path):
        return lambda module, inputs, output: calls.setdefault(path, []).append([t.clone() for t in tensors_of(output)])

    hooks = [module.register_forward_hook(watch(path)) for path, module in model.named_modules() if path]
    with torch.no_grad():
        model(batch)
    for hook in hooks:
        hook.remove()
    named = {}
    for path, of_path in calls.items():
        for call, tensors in enumerate(of_path):
            for index, tensor in enumerate(tensors):
                name = path
                name += f"#{call + 1}" if len(of_path) > 1 else ""
                name += f"[{index}]" if len(tensors) > 1 else ""
                named[name] = tensor
    return named


def rows_of(tensor):
    """(N, height, width, channels) is handed out with channels first."""
    shape = tensor.shape[1:]
    if len(shape) == 3 and shape[0] == shape[1] != shape[2]:
        tensor = tensor.permute(0, 3, 1, 2)
    return tensor.reshape(len(tensor), -1).float().numpy()


def check(cli, folder, name, kind, expected, path):
    out = folder / f"{name}.{kind}.h5"
    command = [cli, "extract", path, folder / "pictures", "--modules", "**", "--pooling", "flatten", "--float32", "--preset",
               "none", "--size", SIDE, "--flatten-limit", 10**8, "-o", out]
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True)
    if done.returncode != 0:
        print(f"{name} {kind}: {done.stderr}")
        return False
    worst, worst_name, compared = 0.0, "", 0
    with h5py.File(out) as file:
        layers = next(iter(file["models"].values()))["layers"]
        for layer in layers.values():
            layer_name = layer.name.rsplit("/", 1)[1]
            if layer_name not in expected:
                print(f"{name} {kind}: {layer_name} is no output that a hook saw")
                return False
            wanted = rows_of(expected[layer_name])
            got = layer[:]
            if got.shape != wanted.shape:
                print(f"{name} {kind}: {layer_name} has shape {got.shape}, a hook saw {wanted.shape}")
                return False
            difference = np.abs(got - wanted).max() / max(1.0, np.abs(wanted).max())
            compared += 1
            if difference > worst:
                worst, worst_name = difference, layer_name
        missing = sorted(set(expected) - {layer.name.rsplit("/", 1)[1] for layer in layers.values()})
    out.unlink()
    print(f"{name:14} {kind:8} {compared:3} outputs equal within {worst:.2g} ({worst_name}); "
          f"not in the file: {len(missing)} {missing[:3]}")
    return worst <= LARGEST_DIFFERENCE and compared > 10


def main():
    cli = sys.argv[1]
    names = sys.argv[2:] or ["resnet18", "convnext_tiny", "vit_b_16", "swin_t"]
    torch.manual_seed(0)
    good = True
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        (folder / "pictures").mkdir()
        pixels = np.random.default_rng(0).integers(0, 256, (IMAGES, SIDE, SIDE, 3), dtype=np.uint8)
        write_pictures(folder / "pictures", pixels)
        batch = torch.from_numpy(pixels).permute(0, 3, 1, 2).float().div(255.0).contiguous()
        for name in names:
            model = getattr(torchvision.models, name)(weights=None).eval()
            for parameter in model.parameters():  # classifiers that start at zero would hide everything before them
                if parameter.dim() == 2 and not parameter.any():
                    torch.nn.init.normal_(parameter, std=0.02)
            expected = hooked(model, batch)
            for kind, make in (("traced", lambda m: torch.jit.trace(m, batch, check_trace=False)), ("scripted", torch.jit.script)):
                path = folder / f"{name}.pt"
                with torch.no_grad():
                    make(model).save(str(path))
                good = check(cli, folder, name, kind, expected, path) and good
    return 0 if good else 1


sys.exit(main())
