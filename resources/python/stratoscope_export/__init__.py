"""From a torch module to a file that Stratoscope opens.

    export_activations(model, batches, ["layer1.*", "layer4.*"], "activations.h5")   one pass, forward hooks, constant memory
    suggest_layers(model)                                                            its blocks, in order
    export_torchscript(model, "model.pt", example)                                   for `stratoscope-cli extract`
"""
from .activations import export_activations
from .layers import suggest_layers
from .torchscript import export_torchscript

__all__ = ["export_activations", "export_torchscript", "suggest_layers"]
__version__ = "0.1.0"
