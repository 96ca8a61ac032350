"""What a batch says: the model's input, and ids, labels and thumbnails of its images."""
import numpy
import torch
from torch.nn import functional

_INPUT_KEYS = ("images", "pixel_values", "image", "inputs", "x")


class Batch:
    """`item` is a tensor of images, a tuple (images, labels), or a dictionary with images (or pixel_values), and any of ids,
    labels, paths and thumbnails (N × H × W × 3 bytes)."""

    def __init__(self, item, first, ids, labels):
        facts = {}
        if isinstance(item, dict) or hasattr(item, "keys"):
            key = next((key for key in _INPUT_KEYS if key in item), None)
            if key is None:
                raise ValueError(f"a batch has no images: expected one of {', '.join(_INPUT_KEYS)}, found {', '.join(item.keys())}")
            self.images, facts = item[key], item
        elif isinstance(item, (tuple, list)):
            self.images = item[0]
            if len(item) > 1:
                facts = {"labels": item[1]}
        else:
            self.images = item
        if not torch.is_tensor(self.images) or self.images.dim() < 2:
            raise ValueError(f"a batch of images should be a tensor (N, …), found {type(self.images).__name__}")
        self.size = self.images.shape[0]
        self.ids = self._column("ids", facts.get("ids"), ids, first)
        self.paths = self._column("paths", facts.get("paths"), None, first)
        self.labels = self._column("labels", facts.get("labels"), labels, first)
        self.thumbnails = facts.get("thumbnails")

    def _column(self, name, own, of_all, first):
        if own is None and of_all is None:
            return None
        if own is None:
            own = of_all[first:first + self.size]
        values = own.tolist() if hasattr(own, "tolist") else list(own)
        if len(values) != self.size:
            raise ValueError(f"images {first} to {first + self.size - 1} have {len(values)} {name}; expected {self.size}")
        return values

    def thumbnails_from(self, side, denormalize):
        """(N, side, side, 3) bytes: the batch's own thumbnails, else the images themselves with mean and std undone."""
        if self.thumbnails is not None:
            return numpy.ascontiguousarray(self.thumbnails, dtype=numpy.uint8)
        if denormalize is None or self.images.dim() != 4 or self.images.shape[1] != 3:
            return None
        mean, std = (torch.as_tensor(part, dtype=torch.float32).view(1, 3, 1, 1) for part in denormalize)
        small = functional.interpolate(self.images.detach().float().cpu(), size=(side, side), mode="bilinear", align_corners=False,
                                       antialias=self.images.shape[-1] > side)
        return ((small * std + mean) * 255).round().clamp(0, 255).byte().permute(0, 2, 3, 1).contiguous().numpy()
