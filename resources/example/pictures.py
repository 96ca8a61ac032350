"""Stamps as pictures a network takes: flattened onto white, sorted into folders by what they show.

usage: pictures.py STAMPS PICTURES
"""
import pathlib
import sys

from PIL import Image

FEWEST = 5  # of a kind
stamps, pictures = map(pathlib.Path, sys.argv[1:3])
# Letters, flags and drawn figures are left out: the networks were trained on photographs.
kinds = {}
for file in sorted(stamps.rglob("*.png")):
    top, *below = file.relative_to(stamps).parts[:-1]
    if top in ("symbols", "people", "military", "medical") or file.stem.endswith("_mirror"):
        continue
    kinds.setdefault(below[0] if top == "animals" and below else top, []).append(file)
count = 0
for kind, files in kinds.items():
    if len(files) < FEWEST:
        continue
    (pictures / kind).mkdir(parents=True, exist_ok=True)
    for file in files:
        cut_out = Image.open(file).convert("RGBA")
        side = max(cut_out.size)
        picture = Image.new("RGBA", (side, side), "white")
        picture.alpha_composite(cut_out, ((side - cut_out.width) // 2, (side - cut_out.height) // 2))
        picture.convert("RGB").resize((288, 288), Image.BICUBIC).save(pictures / kind / "-".join((*file.relative_to(stamps).parts[:-1], f"{file.stem}.png")))
        count += 1
print(f"{count} pictures")
