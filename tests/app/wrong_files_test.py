"""Files that can't be extracted from: each is refused with what it is and the way out.

wrong_files_test.py CLI. Exits with 77 (skipped) where torch is missing.
"""

import pathlib
import subprocess
import sys
import tempfile
import warnings

try:
    import torch
except ImportError as missing:
    print(f"skipped: {missing}")
    sys.exit(77)

SIDE = 32
NO_MODEL, NO_INPUT = 65, 66
own_operators = torch.library.Library("somebodys", "DEF")
own_operators.define("twist(Tensor x) -> Tensor")
own_operators.impl("twist", lambda x: 2 * x, "CompositeImplicitAutograd")


class Net(torch.nn.Module):
    """For pictures of 32 × 32 alone."""

    def __init__(self):
        super().__init__()
        self.map = torch.nn.Conv2d(3, 8, 3)
        self.head = torch.nn.Linear(8 * 30 * 30, 5)

    def forward(self, x):
        return self.head(self.map(x).flatten(1))


class WithOwnOperator(Net):
    def forward(self, x):
        return self.head(torch.ops.somebodys.twist(self.map(x)).flatten(1))


class WithDeterminant(Net):
    def forward(self, x):
        return torch.det(self.map(x)[:, :, :8, :8])


def picture(side):
    return f"P6\n{side} {side}\n255\n".encode() + bytes(range(256)) * (3 * side * side // 256)


def write_files(folder):
    torch.manual_seed(0)
    net, example = Net().eval(), torch.rand(1, 3, SIDE, SIDE)
    torch.save(net.state_dict(), folder / "weights.pt")
    torch.save(net, folder / "object.pt")
    torch.save(net.state_dict(), folder / "old_weights.pt", _use_new_zipfile_serialization=False)
    torch.jit.script(net).save(str(folder / "good.pt"))
    torch.jit.script(WithOwnOperator().eval()).save(str(folder / "own_operator.pt"))
    torch.onnx.export(WithDeterminant().eval(), example, str(folder / "determinant.onnx"), opset_version=13)
    torch.onnx.export(net, example, str(folder / "good.onnx"), opset_version=13)
    (folder / "notes.pt").write_text("not a model\n")
    (folder / "empty").mkdir()
    for name in ("pictures", "texts"):
        (folder / name).mkdir()
    for number in range(3):
        (folder / "pictures" / f"{number}.ppm").write_bytes(picture(64))
    (folder / "pictures" / "holiday.jpg").write_text("a text\n")
    (folder / "texts" / "holiday.jpg").write_text("a text\n")


CASES = [
    (["modules", "notes.pt"], NO_MODEL, ["notes.pt", "no model", "TorchScript or ONNX", "torch.jit.trace"]),
    (["modules", "weights.pt"], NO_MODEL, ["weights.pt", "state dict", "torch.jit.trace"]),
    (["modules", "object.pt"], NO_MODEL, ["object.pt", "Python object", "torch.jit.trace"]),
    (["modules", "old_weights.pt"], NO_MODEL, ["old_weights.pt", "weights", "torch.jit.trace"]),
    (["modules", "own_operator.pt"], NO_MODEL, ["own_operator.pt", "somebodys::twist", "operator", "another library", "Python"]),
    (["modules", "determinant.onnx"], NO_MODEL, ["determinant.onnx", "the operator Det", "TorchScript"]),
    (["modules", "absent.pt"], NO_INPUT, ["absent.pt", "Check"]),
    (["modules", "empty"], NO_INPUT, ["folder", ".pt or .onnx"]),
    (["modules", "good.pt", "--size", "48"], NO_MODEL, ["3 × 48 × 48", "It takes 32 × 32"]),
    (["extract", "good.pt", "pictures", "--size", "48", "-o", "out.h5"], NO_MODEL, ["3 × 48 × 48", "It takes 32 × 32"]),
    (["extract", "good.onnx", "pictures", "--size", "48", "-o", "out.h5"], NO_MODEL, ["48 × 48", "It takes 32 × 32"]),
    (["extract", "good.pt", "empty", "-o", "out.h5"], NO_MODEL, ["empty", "no pictures", "JPEG"]),
    (["extract", "good.pt", "texts", "-o", "out.h5"], NO_MODEL, ["holiday.jpg", "none of the pictures", "Check"]),
    (["extract", "good.pt", "absent", "-o", "out.h5"], NO_INPUT, ["absent", "no such folder", "Check"]),
    (["extract", "good.pt", "pictures", "-o", "out.h5"], 0, ["skipped", "holiday.jpg"]),
]


def main():
    warnings.simplefilter("ignore")
    wrong = 0
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        write_files(folder)
        for arguments, code, words in CASES:
            done = subprocess.run([str(pathlib.Path(sys.argv[1]).resolve()), *arguments], cwd=folder, capture_output=True, text=True)
            missing = [word for word in words if word not in done.stderr]
            print(" ".join(arguments), "→", done.returncode, done.stderr.strip(), flush=True)
            if done.returncode != code or missing:
                print(f"    EXPECTED {code}" + (f", and the words {missing}" if missing else ""))
                wrong += 1
            if code != 0 and list(folder.glob("*out.h5*")):
                print("    A BROKEN FILE IS LEFT")
                wrong += 1
    return 1 if wrong else 0


sys.exit(main())
