"""resources/python: what export_activations writes is what the module's outputs are, and the program reads it.

usage: python_export_test.py PATH/TO/stratoscope-cli PATH/TO/resources/python      (exit 77: torch, numpy or h5py is missing, skipped)
"""
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest
import warnings

try:
    import h5py
    import numpy
    import torch
    from torch import nn
except ImportError as missing:
    print(f"skipped: {missing}")
    sys.exit(77)

sys.dont_write_bytecode = True
sys.path.insert(0, sys.argv[2])
program = sys.argv[1]
from stratoscope_export import export_activations, export_torchscript, suggest_layers  # noqa: E402


class Block(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.conv = nn.Conv2d(width, width, 3, padding=1)
        self.act = nn.ReLU()

    def forward(self, x):
        return self.act(self.act(self.conv(x)) + x)


class Net(nn.Module):
    """A stem, blocks, tokens in a tuple, places before channels, and a part that nothing calls."""

    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(3, 8, 3, stride=2)
        self.blocks = nn.Sequential(Block(8), Block(8), Block(8))
        self.tokens = Tokens()
        self.turned = Turned()
        self.unused = nn.Linear(2, 2)
        self.drop = nn.Dropout(0.5)
        self.head = nn.Linear(8, 5)

    def forward(self, x):
        x = self.drop(self.blocks(self.stem(x)))
        self.turned(x)
        return self.head(self.tokens(x)[0].mean(1))


class Tokens(nn.Module):
    def forward(self, x):
        return x.flatten(2).transpose(1, 2), "and something else"


class Turned(nn.Module):
    def forward(self, x):
        return x.permute(0, 2, 3, 1)


torch.manual_seed(0)
net = Net()
pictures = torch.rand(23, 3, 21, 21)
ids = [f"bild_ä{i}.png" for i in range(23)]


def batches(order=None, size=8, **facts):
    order = torch.arange(23) if order is None else order
    for part in order.split(size):
        yield {"images": pictures[part], **{key: [values[i] for i in part] for key, values in facts.items()}}


def outputs_of(path):
    """What a plain hook sees of all pictures at once."""
    seen = []
    handle = dict(net.named_modules())[path].register_forward_hook(lambda _, __, output: seen.append(output))
    with torch.no_grad():
        net.eval()(pictures)
    handle.remove()
    return seen


class Export(unittest.TestCase):
    def setUp(self):
        self._folder = tempfile.TemporaryDirectory()
        self.addCleanup(self._folder.cleanup)
        self.path = pathlib.Path(self._folder.name) / "activations.h5"

    def export(self, *arguments, **options):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return export_activations(net, *arguments, path=self.path, **options)

    def layer(self, name, model="Net"):
        with h5py.File(self.path) as file:
            return file[f"models/{model}/layers/{name}"][()]

    def info(self):
        done = subprocess.run([program, "info", str(self.path), "--json"], capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout)

    def test_rows_are_the_hooks_outputs_and_the_program_reads_them(self):
        net.train()
        layers = self.export(batches(ids=ids, labels=[i % 3 for i in range(23)]), ["blocks.*", "stem", "tokens", "turned", "head"],
                             dtype="float32", label_names=["a", "b", "c"], denormalize=([0.5] * 3, [0.5] * 3))
        self.assertTrue(net.training, "the model's mode is as it was")
        self.assertEqual(layers, ["stem", "blocks.0", "blocks.1", "blocks.2", "turned", "tokens", "head"], "in the order they run in")
        numpy.testing.assert_allclose(self.layer("blocks.1"), outputs_of("blocks.1")[0].mean((2, 3)).numpy(), atol=1e-6)
        numpy.testing.assert_allclose(self.layer("tokens"), outputs_of("tokens")[0][0].mean(1).numpy(), atol=1e-6)
        numpy.testing.assert_allclose(self.layer("turned"), outputs_of("turned")[0].mean((1, 2)).numpy(), atol=1e-6)
        numpy.testing.assert_allclose(self.layer("head"), outputs_of("head")[0].numpy(), atol=1e-6)
        info = self.info()
        self.assertEqual((info["images"], info["ids"], info["labels"], info["thumbnails"]), (23, "file", True, True), info)
        self.assertEqual([layer["name"] for layer in info["models"][0]["layers"]], layers)
        self.assertTrue(all(layer["usable"] for layer in info["models"][0]["layers"]))
        self.assertEqual(info["models"][0]["layers"][1]["depth"], 1 / 6)
        self.assertEqual(info["models"][0]["layers"][1]["shape"], [8, 10, 10])
        self.assertEqual([one for one in info["health"] if one["severity"] not in ("fine", "notice")], [])

    def test_several_poolings_and_calls_are_layers_of_their_own(self):
        layers = self.export(batches(), ["blocks.0.act", "tokens"], pooling=["cls", "max", "grid4x4", "flatten"], dtype="float32")
        self.assertIn("blocks.0.act.max", layers)
        self.assertIn("blocks.0.act#2.max", layers)
        first, second = outputs_of("blocks.0.act")
        numpy.testing.assert_array_equal(self.layer("blocks.0.act.max"), first.amax((2, 3)).numpy())
        numpy.testing.assert_array_equal(self.layer("blocks.0.act#2.flatten"), second.flatten(1).numpy())
        numpy.testing.assert_array_equal(self.layer("tokens.cls"), outputs_of("tokens")[0][0][:, 0].numpy())
        self.assertEqual(self.layer("blocks.0.act.grid4x4").shape, (23, 8 * 16))
        self.assertTrue(all(layer["usable"] for layer in self.info()["models"][0]["layers"]))

    def test_what_is_kept_whole_is_pooled_on_reading(self):
        self.export(batches(), ["blocks.2"], pooling="none")
        self.assertEqual(self.layer("blocks.2").shape, (23, 8, 10, 10))
        self.assertEqual(self.layer("blocks.2").dtype, numpy.float16)
        self.assertEqual(self.info()["models"][0]["layers"][0]["dimension"], 8)

    def test_a_second_model_in_another_order_keeps_what_a_row_is(self):
        self.export(batches(ids=ids), ["blocks.1"], dtype="float32")
        order = torch.randperm(23, generator=torch.Generator().manual_seed(1))
        self.export(batches(order, size=5, ids=ids), ["blocks.1"], dtype="float32", name="again")
        numpy.testing.assert_allclose(self.layer("blocks.1", "again"), self.layer("blocks.1"), atol=1e-6)
        self.assertEqual([model["name"] for model in self.info()["models"]], ["Net", "again"])

    def refused(self, text, *arguments, **options):
        before = self.path.read_bytes() if self.path.exists() else None
        with self.assertRaisesRegex(ValueError, text):
            self.export(*arguments, **options)
        self.assertEqual(self.path.read_bytes() if self.path.exists() else None, before, "the file is as it was")
        self.assertEqual([one for one in os.listdir(self._folder.name) if one != self.path.name], [], "nothing is left beside it")

    def test_what_is_wrong_is_said_and_leaves_no_file(self):
        self.refused("no module", batches(), ["blocks.9"])
        self.refused("did not run", batches(), ["unused"])
        self.refused("two images", batches(ids=["same"] * 23), ["stem"])
        self.refused("no pooling", batches(), ["stem"], pooling="median")
        self.refused("flatten_limit", batches(), ["stem"], pooling="flatten", flatten_limit=10)
        self.refused("no images", [], ["stem"])
        self.refused("expected one of", [{"pictures": pictures}], ["stem"])
        self.refused("too large for float16", [pictures * 1e7], ["stem"], pooling="max")
        self.export(batches(ids=ids), ["stem"])
        self.refused("already", batches(ids=ids), ["stem"])
        self.refused("is not among", batches(ids=ids[:-1] + ["new"]), ["stem"], name="b")
        self.refused("the first missing is", [{"images": pictures[:4], "ids": ids[:4]}], ["stem"], name="b")
        self.refused("need theirs too", batches(), ["stem"], name="b")
        self.refused("came twice", [{"images": pictures[:2], "ids": ids[:1] * 2}], ["stem"], name="b")

    def test_a_stopped_export_leaves_the_file_as_it_was(self):
        def stops():
            yield {"images": pictures[:8], "ids": ids[:8]}
            raise KeyboardInterrupt

        self.export(batches(ids=ids), ["stem"])
        before = self.path.read_bytes()
        with self.assertRaises(KeyboardInterrupt):
            self.export(stops(), ["stem"], name="b")
        self.assertEqual(self.path.read_bytes(), before)
        self.assertEqual(os.listdir(self._folder.name), [self.path.name])

    def test_blocks_are_suggested(self):
        self.assertEqual(suggest_layers(net), ["blocks.0", "blocks.1", "blocks.2"])
        chain = nn.Sequential(nn.Linear(2, 2), nn.ReLU(), nn.Linear(2, 2), nn.ReLU())
        self.assertEqual(suggest_layers(chain), ["1", "3"])

    def test_torchscript_keeps_its_modules(self):
        path = self.path.with_suffix(".pt")
        for method in ("trace", "script"):
            model = nn.Sequential(Block(3), Block(3), nn.BatchNorm2d(3)).train()
            export_torchscript(model, path, pictures[:2], method=method)
            self.assertTrue(model.training)
            loaded = torch.jit.load(str(path))
            self.assertFalse(loaded.training)
            self.assertIn("1.conv", dict(loaded.named_modules()))
            torch.testing.assert_close(loaded(pictures[:2]), model.eval()(pictures[:2]))
        kept = path.read_bytes()

        class Chance(nn.Module):
            def forward(self, x):
                return x + torch.rand_like(x)

        with self.assertRaisesRegex(ValueError, "another output"):
            export_torchscript(Chance(), path, pictures[:2])
        self.assertEqual(path.read_bytes(), kept)


unittest.main(argv=sys.argv[:1])
