"""The README's snippet, taken from the README and run: the file it writes must open as a healthy native file.

usage: readme_snippet_test.py PATH/TO/stratoscope-cli README.md      (exit 77: numpy or h5py is missing, skipped)
"""
import json
import pathlib
import re
import subprocess
import sys
import tempfile

try:
    import h5py  # noqa: F401  (the snippet needs both)
    import numpy
except ImportError as missing:
    print(f"skipped: {missing}")
    sys.exit(77)

program, readme = sys.argv[1:3]
snippets = re.findall(r"```python\n(.*?)```", pathlib.Path(readme).read_text(encoding="utf-8"), re.DOTALL)
assert len(snippets) == 1, f"expected one Python snippet in {readme}, found {len(snippets)}"

random = numpy.random.default_rng(0)
images = 40
names = {
    "image_names": [f"photo_{i:02d}.jpg" for i in range(images)],
    "labels": numpy.arange(images) % 4,
    "thumbnails": random.integers(0, 256, (images, 64, 64, 3), dtype=numpy.uint8),
    "steps": {f"stage_{i}": random.normal(size=(images, 8 + i)) for i in range(5)},
}
with tempfile.TemporaryDirectory() as folder:
    source = snippets[0].replace("my_activations.h5", f"{folder}/my_activations.h5")
    exec(compile(source, "README.md", "exec"), names)
    answer = subprocess.run([program, "info", f"{folder}/my_activations.h5", "--json"], capture_output=True, text=True)
    assert answer.returncode == 0, answer.stderr
    said = answer.stdout
    json.loads(said)
    for expected in ["my_model", *names["steps"]]:
        assert expected in said, f"{expected} is missing from:\n{said}"
print("the README's snippet writes a file that opens")
