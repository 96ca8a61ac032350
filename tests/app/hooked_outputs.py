"""What forward hooks see in Python, beside what `stratoscope-cli extract` takes from a model file."""

import subprocess

import h5py
import numpy as np
import torch

LARGEST_DIFFERENCE = 1e-5  # relative to the largest value of the output, and absolute below 1


def write_pictures(folder, images, side):
    """Noise, as files; the batch that they are to the program with --preset none."""
    folder.mkdir()
    pixels = np.random.default_rng(0).integers(0, 256, (images, side, side, 3), dtype=np.uint8)
    for number, picture in enumerate(pixels):
        (folder / f"{number}.ppm").write_bytes(f"P6\n{side} {side}\n255\n".encode() + picture.tobytes())
    return torch.from_numpy(pixels).permute(0, 3, 1, 2).float().div(255.0).contiguous()


def tensors_of(value):
    if isinstance(value, torch.Tensor):
        return [value]
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, (tuple, list)):
        return [tensor for one in value for tensor in tensors_of(one)]
    return []


def hooked(model, batch):
    """Outputs by the names the program gives them."""
    calls = {}

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


def equal_to_program(cli, path, pictures, side, expected, title, fewest):
    """Extracts everything that can be had from the model file and prints how near it is; at least `fewest` outputs."""
    out = pictures.parent / "compared.h5"
    command = [cli, "extract", path, pictures, "--modules", "**", "--pooling", "flatten", "--float32", "--preset", "none",
               "--size", side, "--flatten-limit", 10**8, "-o", out]
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True)
    if done.returncode != 0:
        print(f"{title}: {done.stderr}")
        return False
    worst, worst_name = 0.0, ""
    with h5py.File(out) as file:
        layers = dict(next(iter(file["models"].values()))["layers"])
        for name, layer in layers.items():
            if name not in expected:
                print(f"{title}: {name} is no output that a hook saw")
                return False
            wanted = rows_of(expected[name])
            got = layer[:]
            if got.shape != wanted.shape:
                print(f"{title}: {name} has shape {got.shape}, a hook saw {wanted.shape}")
                return False
            difference = np.abs(got - wanted).max() / max(1.0, np.abs(wanted).max())
            if difference > worst:
                worst, worst_name = difference, name
    out.unlink()
    missing = sorted(set(expected) - set(layers))
    print(f"{title:34} {len(layers):3} outputs equal within {worst:.2g} ({worst_name or 'all'}); "
          f"can't be had: {len(missing)} {missing[:3]}", flush=True)
    return worst <= LARGEST_DIFFERENCE and len(layers) >= fewest
