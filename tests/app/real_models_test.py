"""Every output that `stratoscope-cli extract` takes from the TorchScript files beside the checkout equals a forward hook's.

real_models_test.py CLI FOLDER: FOLDER holds *.pt and models.json, which says their input size and the modules whose chain the model is.
Hooks can't be set in a TorchScript module, so each file is turned into an eager twin first, whose every call of a submodule is Python's.
Exits with 77 (skipped) where torch, h5py or the folder is missing.
"""

import json
import pathlib
import sys
import tempfile

sys.dont_write_bytecode = True
try:
    import torch

    from hooked_outputs import equal_to_program, hooked, write_pictures
except ImportError as missing:
    print(f"skipped: {missing}")
    sys.exit(77)

IMAGES = 3
FEWEST = 20


class Twin(torch.nn.Module):
    """A traced module as an ordinary one: its graph is carried out node by node, and submodules are called as modules."""

    def __init__(self, traced):
        super().__init__()
        self.__dict__["traced"] = traced  # not as a submodule
        for name, child in traced.named_children():
            self.add_module(name, Twin(child))

    def attribute(self, name):
        return self._modules[name] if name in self._modules else getattr(self.traced, name)

    def forward(self, *inputs, method="forward"):
        graph = self.traced._c._get_method(method).graph
        values = dict(zip((value.debugName() for value in graph.inputs()), (self, *inputs)))
        for node in graph.nodes():
            given = [values[value.debugName()] for value in node.inputs()]
            results = [value.debugName() for value in node.outputs()]
            kind = node.kind()
            if kind == "prim::Constant":
                out = node.output().toIValue()
            elif kind == "prim::GetAttr":
                out = given[0].attribute(node.s("name"))
            elif kind == "prim::CallMethod":
                out = given[0](*given[1:], method=node.s("name"))
            elif kind == "prim::ListConstruct":
                out = given
            elif kind == "prim::TupleConstruct":
                out = tuple(given)
            elif kind in ("prim::TupleUnpack", "prim::ListUnpack"):
                values.update(zip(results, given[0]))
                continue
            elif kind.startswith("aten::"):
                places = torch._C.parse_schema(node.schema()).arguments
                named = {place.name: value for place, value in zip(places, given) if place.kwarg_only}
                out = getattr(torch.ops.aten, kind.removeprefix("aten::"))(*given[: len(given) - len(named)], **named)
            else:
                raise NotImplementedError(f"{kind}: only traced files are known here")
            values[results[0]] = out
        return values[next(graph.outputs()).debugName()]


def is_sound(model, twin, expected, chain, batch):
    """The twin computes what the file computes, as a whole and module by module of the chain."""
    with torch.no_grad():
        pairs = [(twin(batch), model(batch))]
        modules = dict(model.named_modules())
        x = batch
        for path in chain:
            x = modules[path](x)
            pairs.append((expected[path], x))
    return all(torch.allclose(ours, theirs, rtol=1e-5, atol=1e-5) for ours, theirs in pairs)


def main():
    cli, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    if not (folder / "models.json").exists():
        print(f"skipped: no models in {folder}")
        return 77
    facts = {entry["file"]: entry for entry in json.loads((folder / "models.json").read_text()).values()}
    good, batches = True, {}
    with tempfile.TemporaryDirectory() as temporary:
        for path in sorted(folder.glob("*.pt")):
            side = facts[path.name]["input_size"]
            pictures = pathlib.Path(temporary) / f"pictures{side}"
            if side not in batches:
                batches[side] = write_pictures(pictures, IMAGES, side)
            batch = batches[side]
            model = torch.jit.load(str(path)).eval()
            twin = Twin(model)
            expected = hooked(twin, batch)
            if not is_sound(model, twin, expected, facts[path.name]["chain"], batch):
                print(f"{path.name}: the twin does not compute what the file does")
                good = False
            good = equal_to_program(cli, path, pictures, side, expected, path.name, FEWEST) and good
    return 0 if good else 1


sys.exit(main())
