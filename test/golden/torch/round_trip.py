"""A DiT in PyTorch, built from nothing but the keys and shapes of the reference's state dict and the paper's description.

    round_trip.py REFERENCE EXPORTED GOLDEN OUT_NAME

REFERENCE  the official state dict (several files joined by commas: later ones replace tensors of earlier ones)
EXPORTED   what this project made of it
GOLDEN     inputs x, t, y and the official output OUT_NAME
Loads EXPORTED strictly into a model that has exactly the reference's keys and shapes, runs it, and prints one line of JSON.
"""
import json
import math
import sys

import torch
import torch.nn as nn
import torch.nn.functional as F
from safetensors.torch import load_file


class Attention(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.qkv = nn.Linear(width, 3 * width)
        self.proj = nn.Linear(width, width)

    def forward(self, x):
        batch, tokens, width = x.shape
        q, k, v = (part.view(batch, tokens, self.heads, -1).transpose(1, 2) for part in self.qkv(x).chunk(3, dim=-1))
        return self.proj(F.scaled_dot_product_attention(q, k, v).transpose(1, 2).reshape(batch, tokens, width))


class Feedforward(nn.Module):
    def __init__(self, width, hidden):
        super().__init__()
        self.fc1 = nn.Linear(width, hidden)
        self.fc2 = nn.Linear(hidden, width)

    def forward(self, x):
        return self.fc2(F.gelu(self.fc1(x), approximate="tanh"))


def modulation(width, parts):
    return nn.Sequential(nn.SiLU(), nn.Linear(width, parts * width))


def normalised(x, shift, scale):
    return F.layer_norm(x, x.shape[-1:], eps=1e-6) * (1 + scale[:, None]) + shift[:, None]


class Block(nn.Module):
    def __init__(self, width, heads, hidden):
        super().__init__()
        self.attn = Attention(width, heads)
        self.mlp = Feedforward(width, hidden)
        self.adaLN_modulation = modulation(width, 6)

    def forward(self, x, c):
        shift1, scale1, gate1, shift2, scale2, gate2 = self.adaLN_modulation(c).chunk(6, dim=1)
        x = x + gate1[:, None] * self.attn(normalised(x, shift1, scale1))
        return x + gate2[:, None] * self.mlp(normalised(x, shift2, scale2))


class Final(nn.Module):
    def __init__(self, width, out):
        super().__init__()
        self.linear = nn.Linear(width, out)
        self.adaLN_modulation = modulation(width, 2)

    def forward(self, x, c):
        shift, scale = self.adaLN_modulation(c).chunk(2, dim=1)
        return self.linear(normalised(x, shift, scale))


class Branch(nn.Module):
    """A module that is only a name in the keys."""

    def __init__(self, **children):
        super().__init__()
        for name, child in children.items():
            self.add_module(name, child)


class Model(nn.Module):
    def __init__(self, shapes, heads):
        super().__init__()
        width, channels, self.patch, _ = shapes["x_embedder.proj.weight"]
        classes = shapes["y_embedder.embedding_table.weight"][0]
        frequencies = shapes["t_embedder.mlp.0.weight"][1]
        depth = 1 + max(int(name.split(".")[1]) for name in shapes if name.startswith("blocks."))
        self.x_embedder = Branch(proj=nn.Conv2d(channels, width, self.patch, self.patch))
        self.t_embedder = Branch(mlp=nn.Sequential(nn.Linear(frequencies, width), nn.SiLU(), nn.Linear(width, width)))
        self.y_embedder = Branch(embedding_table=nn.Embedding(classes, width))
        self.pos_embed = nn.Parameter(torch.zeros(shapes["pos_embed"]), requires_grad=False)
        self.blocks = nn.ModuleList(Block(width, heads, shapes["blocks.0.mlp.fc1.weight"][0]) for _ in range(depth))
        self.final_layer = Final(width, shapes["final_layer.linear.weight"][0])
        self.frequencies = frequencies

    def forward(self, x, t, y):
        half = self.frequencies // 2
        angles = t[:, None].float() * torch.exp(-math.log(10000) * torch.arange(half, dtype=torch.float32) / half)
        c = self.t_embedder.mlp(torch.cat([angles.cos(), angles.sin()], dim=1)) + self.y_embedder.embedding_table(y)
        tokens = self.x_embedder.proj(x).flatten(2).transpose(1, 2) + self.pos_embed
        for block in self.blocks:
            tokens = block(tokens, c)
        out, p = self.final_layer(tokens, c), self.patch
        batch, side = x.shape[0], x.shape[2] // p
        return out.view(batch, side, side, p, p, -1).permute(0, 5, 1, 3, 2, 4).reshape(batch, -1, side * p, side * p)


def same_bytes(a, b):
    return torch.equal(a.contiguous().view(torch.int32), b.contiguous().view(torch.int32))


def main():
    reference = {}
    for path in sys.argv[1].split(","):
        reference.update(load_file(path))
    exported = load_file(sys.argv[2])
    golden = load_file(sys.argv[3])
    torch.set_num_threads(1)
    shapes = {name: tuple(tensor.shape) for name, tensor in reference.items()}
    model = Model(shapes, heads=4).eval()
    own = {name: tuple(tensor.shape) for name, tensor in model.state_dict().items()}
    assert own == shapes, "the module has other keys or shapes than the reference"
    model.load_state_dict(exported, strict=True)
    with torch.no_grad():
        out = model(golden["x"], golden["t"], golden["y"])
    print(json.dumps({
        "torch": torch.__version__,
        "tensors": len(exported),
        "changed": sorted(name for name in exported if not same_bytes(exported[name], reference[name])),
        "posEmbedMaxAbs": (exported["pos_embed"] - reference["pos_embed"]).abs().max().item(),
        "outMaxAbs": (out - golden[sys.argv[4]]).abs().max().item(),
    }))


main()
