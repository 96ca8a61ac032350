"""Every output that `stratoscope-cli extract` takes from a model file equals what a forward hook sees in Python.

forward_hooks_test.py CLI [NAME…]: torchvision models with random weights, traced and scripted where they can be. Exits with 77
(skipped) where torch, torchvision or h5py is missing.
"""

import pathlib
import sys
import tempfile

sys.dont_write_bytecode = True
try:
    import torch
    import torchvision

    from hooked_outputs import equal_to_program, hooked, write_pictures
except ImportError as missing:
    print(f"skipped: {missing}")
    sys.exit(77)

SIDE = 224
IMAGES = 2
FEWEST = 11


def network(name):
    model = getattr(torchvision.models, name)(weights=None).eval()
    for parameter in model.parameters():  # classifiers that start at zero would hide everything before them
        if parameter.dim() == 2 and not parameter.any():
            torch.nn.init.normal_(parameter, std=0.02)
    return model


def main():
    cli = sys.argv[1]
    names = sys.argv[2:] or ["resnet18", "convnext_tiny", "vit_b_16", "swin_t"]
    torch.manual_seed(0)
    good = True
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        batch = write_pictures(folder / "pictures", IMAGES, SIDE)
        for name in names:
            model = network(name)
            expected = hooked(model, batch)
            for kind, make in (("traced", lambda m: torch.jit.trace(m, batch, check_trace=False)), ("scripted", torch.jit.script)):
                path = folder / f"{name}.pt"
                with torch.no_grad():
                    make(model).save(str(path))
                good = equal_to_program(cli, path, folder / "pictures", SIDE, expected, f"{name} {kind}", FEWEST) and good
    return 0 if good else 1


sys.exit(main())
