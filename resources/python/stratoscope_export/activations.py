"""Activations of any torch module, by forward hooks, straight into a file."""
import collections
import itertools
import warnings

import torch

from .activations_file import ActivationsFile
from .batches import Batch
from .layers import chosen_modules
from .pooling import POOLINGS, applicable, first_tensor, images_first, pooled


def export_activations(model, images, layers, path, *, name=None, pooling="mean", dtype="float16", ids=None, labels=None,
                       label_names=None, thumbnail_size=64, denormalize=None, device=None, forward=None, flatten_limit=100_000,
                       family="", objective="", source="", preprocessing="", title=""):
    """Runs `model` over `images` once and writes the outputs of `layers` to `path`, one row an image. Returns the layers' names.

    images: batches, such as a DataLoader: a tensor (N, C, H, W), a tuple (images, labels), or a dictionary with images (or
        pixel_values) and any of ids, labels, paths, thumbnails (N × H × W × 3 bytes). Each batch is let go before the next.
    layers: names or patterns of modules ("layer1.*", "blocks.*"); see suggest_layers. They are stored in the order they run in.
    path: a new file appears whole or not at all. A file that is there gains this model: images are matched by id.
    pooling: cls, mean, max, flatten, grid4x4, none (kept as it is), or a list of them. Where cls or grid4x4 can't be applied mean
        stands in, with a warning.
    dtype: float16 or float32. ids, labels: of all images, where the batches don't say. denormalize: (mean, std) that `images` were
        normalised with, to make thumbnails of them. forward: called as forward(model, images) instead of model(images).
    ValueError says what is wrong: no such module, an output without a row an image, an id that is unknown or there twice.
    """
    poolings = [pooling] if isinstance(pooling, str) else list(pooling)
    for one in poolings:
        if one not in POOLINGS:
            raise ValueError(f'there is no pooling "{one}"; expected {", ".join(POOLINGS)}')
    if str(dtype) not in ("float16", "float32"):
        raise ValueError(f"dtype is float16 or float32, found {dtype}")
    chosen = chosen_modules(model, layers)
    name = (name or type(model).__name__).replace("/", "_")
    attributes = {"title": title or name, "family": family, "objective": objective, "source": source, "preprocessing": preprocessing}
    if device is None:
        device = next(itertools.chain(model.parameters(), model.buffers(), [torch.zeros(())])).device
    ids = None if ids is None else list(ids)
    labels = None if labels is None else list(labels)
    taps = _Taps(chosen, poolings, flatten_limit)
    was_training = model.training
    model.eval()
    try:
        with torch.no_grad(), taps, ActivationsFile(path, name, attributes, dtype) as file:
            for item in images:
                batch = Batch(item, file.images, ids, labels)
                taps.start(batch.size)
                inputs = batch.images.to(device)
                forward(model, inputs) if forward else model(inputs)
                rows = file.add_images(batch.size, batch.ids, batch.labels, batch.paths, batch.thumbnails_from(thumbnail_size, denormalize))
                for layer, (facts, values) in taps.values().items():
                    file.add_rows(layer, facts, values, rows)
            if ids is not None and len(ids) != file.images:
                raise ValueError(f"there are {len(ids)} ids for {file.images} images")
            file.label_names(label_names)
            file.finish_layers(taps.depths())
    finally:
        model.train(was_training)
    return list(taps.depths())


class _Taps:
    """Forward hooks that pool what they see at once, so that only rows are held. A module that runs several times in one pass is as
    many layers: "relu", "relu#2", …"""

    def __init__(self, modules, poolings, flatten_limit):
        self._modules = modules
        self._poolings = poolings
        self._flatten_limit = flatten_limit
        self._order = {}  # step → index, in order of running, from the first batch
        self._names = {}  # layer → step
        self._warned = set()
        self._values = {}

    def __enter__(self):
        self._handles = [module.register_forward_hook(lambda _, __, output, path=path: self._see(path, output))
                         for path, module in self._modules.items()]
        return self

    def __exit__(self, *_):
        for handle in self._handles:
            handle.remove()

    def start(self, images):
        self._images = images
        self._first = not self._order
        self._calls = collections.Counter()
        self._values = {}

    def _see(self, path, output):
        self._calls[path] += 1
        call = self._calls[path]
        step = path or "model"
        step += f"#{call}" if call > 1 else ""
        if self._first:
            self._order[step] = len(self._order)
        elif step not in self._order:
            raise ValueError(f"{step}: it runs more often for this batch than for the first one")
        tensor = first_tensor(output)
        if tensor is None:
            raise ValueError(f"{step}: its output holds no tensor")
        try:
            tensor = images_first(tensor, self._images)
        except ValueError as error:
            raise ValueError(f"{step}: {error}") from None
        done = set()
        for asked in self._poolings:
            pooling = applicable(asked, tensor.dim())
            if pooling != asked and tensor.dim() > 2:
                self._warn(f"{step}: {asked} can't be applied to an output of {tensor.dim()} dimensions; {pooling} is used")
            if pooling in done:
                continue
            done.add(pooling)
            size = tensor[0].numel()
            if pooling == "flatten" and size > self._flatten_limit:
                raise ValueError(f"{step}: flattened it has {size} numbers an image, over flatten_limit={self._flatten_limit}; pool it, or raise the limit")
            layer = step if len(self._poolings) == 1 else f"{step}.{pooling}"
            self._names[layer] = step
            facts = {"index": self._order[step], "module": path or "model", "pooling": pooling, "shape": list(tensor.shape[1:])}
            self._values[layer] = (facts, pooled(tensor, pooling).cpu().numpy())

    def _warn(self, text):
        if text not in self._warned:
            self._warned.add(text)
            warnings.warn(text, stacklevel=2)

    def values(self):
        missing = [path for path in self._modules if not self._calls[path]]
        if missing:
            raise ValueError(f'{missing[0]}: it did not run in the forward pass, or not as a module of its own')
        lost = [step for step in self._order if step not in {self._names[layer] for layer in self._values}]
        if lost:
            raise ValueError(f"{lost[0]}: it ran for the first batch and not for this one")
        return self._values

    def depths(self):
        last = max(1, len(self._order) - 1)
        return {layer: self._order[step] / last for layer, step in sorted(self._names.items(), key=lambda pair: self._order[pair[1]])}
