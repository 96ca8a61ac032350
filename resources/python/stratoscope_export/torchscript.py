"""A model as TorchScript, its modules kept, so that Stratoscope can take the output of any of them."""
import os
import tempfile
import warnings

import torch

from .pooling import first_tensor


def export_torchscript(model, path, example, *, method="trace", tolerance=1e-4):
    """Writes `model` to `path`, in evaluation mode and not frozen: freezing would melt the modules together.

    example: an input, or a tuple of inputs, of the size the model is meant for. method: "trace" records one pass, and does for
    models without branches that depend on the image; "script" compiles the Python of models that allow it. What was written is
    loaded and must give the model's own output on the example (largest difference at most tolerance × the largest value), else
    ValueError. The file appears whole or not at all.
    """
    if method not in ("trace", "script"):
        raise ValueError(f'method is "trace" or "script", found {method!r}')
    inputs = example if isinstance(example, tuple) else (example,)
    was_training = model.training
    model.eval()
    folder, name = os.path.split(os.path.abspath(os.fspath(path)))
    handle, temporary = tempfile.mkstemp(prefix=f".{name}.", dir=folder)
    os.close(handle)
    try:
        with torch.no_grad(), warnings.catch_warnings():
            warnings.simplefilter("ignore", torch.jit.TracerWarning)
            wanted = first_tensor(model(*inputs)).clone()
            if method == "trace":
                written = torch.jit.trace(model, inputs, check_trace=False, strict=False)
            else:
                written = torch.jit.script(model)
            written.save(temporary)
            got = first_tensor(torch.jit.load(temporary, map_location=inputs[0].device)(*inputs))
        difference = float((got - wanted).abs().max())
        if got.shape != wanted.shape or not difference <= tolerance * max(1e-12, float(wanted.abs().max())):
            raise ValueError(f"what was written gives another output than the model (by {difference:.3g}); try the other method")
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    finally:
        model.train(was_training)
        if os.path.exists(temporary):
            os.unlink(temporary)
