"""Which modules of a model are its processing steps."""
import fnmatch
from collections import Counter

from torch import nn

_CONTAINERS = (nn.Sequential, nn.ModuleList, nn.ModuleDict)


def suggest_layers(model):
    """Names of the model's blocks, in the order they are built in: what a container (Sequential, ModuleList) repeats, such as
    the residual blocks of a CNN or the blocks of a transformer, never a block within a block. Without repeated structure, the
    model's own parts; of a plain chain of layers, what comes out of each activation function."""
    found = []

    def visit(module, prefix):
        for name, child in module.named_children():
            path = f"{prefix}{name}"
            is_block = isinstance(module, _CONTAINERS) and not isinstance(child, _CONTAINERS) and any(True for _ in child.children())
            if is_block:
                found.append((path, type(child)))
            else:
                visit(child, f"{path}.")

    visit(model, "")
    times = Counter(kind for _, kind in found)
    blocks = [path for path, kind in found if times[kind] > 1]
    if len(blocks) > 1:
        return blocks
    parts = [name for name, child in model.named_children() if any(True for _ in child.children())]
    if len(parts) > 2:
        return parts
    steps = [name for name, module in model.named_modules() if type(module).__module__ == "torch.nn.modules.activation"]
    return steps or [name for name, _ in model.named_children()]


def chosen_modules(model, layers):
    """The modules that names or patterns ("layer1.*", "blocks.?.mlp") choose: {name: module}. ValueError where one chooses none."""
    modules = dict(model.named_modules())
    chosen = {}
    for pattern in [layers] if isinstance(layers, str) else list(layers):
        # A star stops at no dot in fnmatch; here "layer1.*" means the children of layer1, as a path does.
        names = [pattern] if pattern in modules else [
            name for name in modules if name.count(".") == pattern.count(".") and fnmatch.fnmatchcase(name, pattern)]
        if not names:
            near = ", ".join(list(suggest_layers(model))[:5])
            raise ValueError(f'there is no module "{pattern}" in the model; its blocks are: {near}, …')
        chosen.update((name, modules[name]) for name in names)
    return chosen
