"""How an activation becomes one row an image: the same poolings as the program's own, with the same results."""
import torch
from torch.nn import functional

POOLINGS = ("cls", "mean", "max", "flatten", "grid4x4", "none")


def first_tensor(output):
    """The output, or the first tensor in a tuple, list or dictionary of outputs (transformers' ModelOutput is one)."""
    if torch.is_tensor(output):
        return output
    parts = output.values() if isinstance(output, dict) else output if isinstance(output, (tuple, list)) else ()
    for part in parts:
        tensor = first_tensor(part)
        if tensor is not None:
            return tensor
    return None


def images_first(tensor, images):
    """The tensor as (N, …), channels before places; or a ValueError that says what it is instead."""
    if tensor.dim() == 3 and tensor.shape[0] != images and tensor.shape[1] == images:
        tensor = tensor.transpose(0, 1)  # (tokens, N, D), as some transformers have it
    if tensor.dim() < 2 or tensor.dim() > 4 or tensor.shape[0] != images:
        raise ValueError(f"its output of shape {tuple(tensor.shape)} has no row for each of {images} images")
    if tensor.dim() == 4 and tensor.shape[1] == tensor.shape[2] != tensor.shape[3]:
        tensor = tensor.permute(0, 3, 1, 2)  # (N, H, W, C): square places, then channels
    return tensor


def applicable(pooling, dimensions):
    """What stands in where a pooling can't be applied: mean for cls of a picture and for grid4x4 of tokens."""
    if dimensions == 2:
        return "none"
    if (pooling == "cls" and dimensions == 4) or (pooling == "grid4x4" and dimensions == 3):
        return "mean"
    return pooling


def pooled(tensor, pooling):
    """(N, D), (N, T, D) or (N, C, H, W) → (N, D); float32 or wider. `none` keeps the shape."""
    if not tensor.is_floating_point() or tensor.dtype in (torch.float16, torch.bfloat16):
        tensor = tensor.float()
    if pooling == "none" or tensor.dim() == 2:
        return tensor
    if pooling == "flatten":
        return tensor.flatten(1)
    if tensor.dim() == 3:
        return tensor[:, 0] if pooling == "cls" else tensor.amax(1) if pooling == "max" else tensor.mean(1)
    if pooling == "grid4x4":
        return functional.adaptive_avg_pool2d(tensor, 4).flatten(1)
    return tensor.amax((2, 3)) if pooling == "max" else tensor.mean((2, 3))
