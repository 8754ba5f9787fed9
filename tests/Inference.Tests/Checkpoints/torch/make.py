"""Writes the files of this folder with torch itself (1.6 or later): python3 make.py"""

import os
from collections import OrderedDict

import torch


class RunsCode:
    def __init__(self, function, *arguments):
        self.call = (function, arguments)

    def __reduce__(self):
        return self.call


def edges(dtype):
    """Largest, smallest normal, smallest subnormal (where torch gives it), infinities, NaN, zeros."""
    info = torch.finfo(dtype)
    return torch.tensor([info.max, -info.max, info.tiny, float("inf"), -float("inf"), float("nan"), 0.0, -0.0, 1 / 3], dtype=dtype)


def state():
    grid = torch.arange(12, dtype=torch.float32).reshape(3, 4)
    storage = torch.arange(8, dtype=torch.float16)
    tensors = OrderedDict()
    tensors["double"] = torch.tensor([0.1, 1e-300, -2.5], dtype=torch.float64)
    tensors["float"] = edges(torch.float32)
    tensors["half"] = edges(torch.float16)
    tensors["bfloat16"] = edges(torch.bfloat16)
    tensors["long"] = torch.tensor([-(2**62), 3], dtype=torch.int64)
    tensors["int"] = torch.tensor([-(2**31), 7], dtype=torch.int32)
    tensors["short"] = torch.tensor([-32768, 32767], dtype=torch.int16)
    tensors["char"] = torch.tensor([-128, 127], dtype=torch.int8)
    tensors["byte"] = torch.tensor([0, 255], dtype=torch.uint8)
    tensors["bool"] = torch.tensor([True, False])
    tensors["scalar"] = torch.tensor(42.0)
    tensors["empty"] = torch.empty(0, 3)
    tensors["grid"] = grid
    tensors["transposed"] = grid.t()
    tensors["columns"] = grid[:, 1:3]
    tensors["expanded"] = torch.tensor([[5.0], [6.0]]).expand(2, 3)
    tensors["permuted"] = torch.arange(24, dtype=torch.int32).reshape(2, 3, 4).permute(2, 0, 1)
    tensors["second_half"] = storage[4:]
    tensors["first_half"] = storage[:4]
    tensors["parameter"] = torch.nn.Parameter(torch.tensor([1.5, -1.5]))
    tensors["名字"] = torch.tensor([1.0])
    tensors._metadata = OrderedDict([("", {"version": 2, "ratio": 0.5, "list": [1, None, "x"]})])
    return tensors


class Tied(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = torch.nn.Embedding(3, 2)
        self.norm = torch.nn.LayerNorm(2)
        self.head = torch.nn.Linear(2, 3, bias=False)
        self.head.weight = self.embedding.weight
        with torch.no_grad():
            self.embedding.weight.copy_(torch.arange(6).reshape(3, 2))


for protocol in range(2, 6):
    torch.save(state(), f"protocol{protocol}.bin", pickle_protocol=protocol)
torch.save(Tied().state_dict(), "module.bin")
torch.save(state(), "legacy.bin", _use_new_zipfile_serialization=False)
torch.save(Tied(), "whole-module.bin")
torch.save({"state_dict": Tied().state_dict(), "epoch": 3}, "training.bin")
torch.save({"weight": torch.ones(1), "x": RunsCode(os.system, "echo PWNED > pwned")}, "os-system.bin")
torch.save({"weight": torch.ones(1), "x": RunsCode(eval, "print('PWNED')")}, "eval.bin")
torch.save({"weight": torch.quantize_per_tensor(torch.ones(2), 0.1, 0, torch.qint8)}, "quantised.bin")
