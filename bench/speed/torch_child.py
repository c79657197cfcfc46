"""PyTorch's side of the comparison, written as someone who wants PyTorch to win would write it.

A DiT (Peebles & Xie 2023) with SDPA attention, fused LayerNorm and tanh GELU. Reads one JSON configuration from argv,
answers READY with facts, then runs one step per "go" line and prints its milliseconds. Modes:
  train     dense model, AdamW on everything
  sigma     W = U diag(sigma) V^T with U, V frozen; AdamW on sigma, and on the blocks' biases if asked
  factor    W rebuilt from U, sigma, V in every step (as the FINE paper trains); AdamW on everything
  sample    one DDIM step without gradients
"""
import json
import math
import os
import resource
import sys
import time

import torch
import torch.nn as nn
import torch.nn.functional as F

cfg = json.loads(sys.argv[1])
torch.set_num_threads(cfg.get("threads", 2))
B, C, S, P = cfg["batch"], cfg["channels"], cfg["size"], cfg["patch"]
D, L, H, K, RANK = cfg["hidden"], cfg["depth"], cfg["heads"], cfg.get("classes", 10), cfg.get("rank", cfg["hidden"])
MODE, ADAM, COMPILE, BF16 = cfg["mode"], cfg.get("adam", "default"), cfg.get("compile", False), cfg.get("bf16", False)
N = (S // P) ** 2
SHAPES = {"qkv": (3 * D, D), "proj": (D, D), "fc1": (4 * D, D), "fc2": (D, 4 * D), "adaLN": (6 * D, D)}
FACTORISED = MODE in ("sigma", "factor")
shared = {}


class Factorised(nn.Module):
    def __init__(self, kind):
        super().__init__()
        out, inn = SHAPES[kind]
        if kind not in shared:
            train = MODE == "factor"
            shared[kind] = (
                nn.Parameter(torch.randn(out, RANK) / math.sqrt(out), requires_grad=train),
                nn.Parameter(torch.randn(inn, RANK) / math.sqrt(inn), requires_grad=train),
            )
        self.U, self.V = shared[kind]
        self.sigma = nn.Parameter(torch.ones(RANK))
        self.bias = nn.Parameter(torch.zeros(out))

    def forward(self, x):
        return F.linear(x, (self.U * self.sigma) @ self.V.t(), self.bias) if MODE == "factor" else F.linear((x @ self.V) * self.sigma, self.U, self.bias)


def linear(kind):
    if FACTORISED:
        return Factorised(kind)
    out, inn = SHAPES[kind]
    return nn.Linear(inn, out)


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.adaLN, self.qkv, self.proj, self.fc1, self.fc2 = (linear(k) for k in ("adaLN", "qkv", "proj", "fc1", "fc2"))

    def forward(self, x, c):
        shift1, scale1, gate1, shift2, scale2, gate2 = self.adaLN(c).view(-1, 1, 6 * D).chunk(6, 2)
        h = F.layer_norm(x, (D,), eps=1e-6) * (1 + scale1) + shift1
        q, k, v = self.qkv(h).view(-1, N, 3, H, D // H).permute(2, 0, 3, 1, 4).unbind(0)
        a = F.scaled_dot_product_attention(q, k, v).transpose(1, 2).reshape(-1, N, D)
        x = x + gate1 * self.proj(a)
        h = F.layer_norm(x, (D,), eps=1e-6) * (1 + scale2) + shift2
        return x + gate2 * self.fc2(F.gelu(self.fc1(h), approximate="tanh"))


class DiT(nn.Module):
    def __init__(self):
        super().__init__()
        self.patch = nn.Conv2d(C, D, P, P)
        self.t1, self.t2 = nn.Linear(256, D), nn.Linear(D, D)
        self.label = nn.Embedding(K + 1, D)
        self.blocks = nn.ModuleList([Block() for _ in range(L)])
        self.final_adaLN, self.final = nn.Linear(D, 2 * D), nn.Linear(D, P * P * C)
        self.register_buffer("pos", torch.randn(1, N, D) * 0.5)
        self.register_buffer("freq", torch.exp(-math.log(10000) * torch.arange(128) / 128)[None])

    def forward(self, x, t, y):
        a = t[:, None].float() * self.freq
        c = F.silu(self.t2(F.silu(self.t1(torch.cat([a.cos(), a.sin()], 1)))) + self.label(y))
        x = self.patch(x).flatten(2).transpose(1, 2) + self.pos
        for block in self.blocks:
            x = block(x, c)
        shift, scale = self.final_adaLN(c).view(-1, 1, 2 * D).chunk(2, 2)
        x = self.final(F.layer_norm(x, (D,), eps=1e-6) * (1 + scale) + shift)
        g = S // P
        return x.view(-1, g, g, P, P, C).permute(0, 5, 1, 3, 2, 4).reshape(-1, C, S, S)


torch.manual_seed(0)
model = DiT()
if MODE == "sigma":
    for name, p in model.named_parameters():
        p.requires_grad_(name.startswith("blocks.") and name.endswith((".sigma", ".bias") if cfg.get("biases") else ".sigma"))
trained = [p for p in model.parameters() if p.requires_grad]
net = torch.compile(model) if COMPILE else model
x0, noise = torch.randn(B, C, S, S), torch.randn(B, C, S, S)
t, y = torch.randint(0, 1000, (B,)), torch.randint(0, K, (B,))
abar = torch.cumprod(1 - torch.linspace(1e-4, 0.02, 1000, dtype=torch.float64), 0)
a_B, s_B = (abar.sqrt().float()[t].view(-1, 1, 1, 1), (1 - abar).sqrt().float()[t].view(-1, 1, 1, 1))

if MODE == "sample":
    state = {"x": torch.randn(B, C, S, S)}
    model.eval()

    @torch.inference_mode()
    def step():
        eps = net(state["x"], t, y)
        x0_hat = ((state["x"] - s_B * eps) / a_B).clamp(-1, 1)
        state["x"] = a_B * x0_hat + s_B * ((state["x"] - a_B * x0_hat) / s_B)
        return float(state["x"][0, 0, 0, 0])
else:
    optimiser = torch.optim.AdamW(trained, lr=1e-4, weight_decay=0.0, fused=True if ADAM == "fused" else None)

    def step():
        optimiser.zero_grad(set_to_none=True)
        with torch.autocast("cpu", torch.bfloat16, enabled=BF16):
            out = net(a_B * x0 + s_B * noise, t, y)
        loss = F.mse_loss(out.float(), noise)
        loss.backward()
        optimiser.step()
        return loss.item()


start = time.perf_counter()
first = step()
print("READY", json.dumps({"firstMs": (time.perf_counter() - start) * 1e3, "parameters": sum(p.numel() for p in model.parameters()), "torch": torch.__version__, "loss": first}), flush=True)
for line in sys.stdin:
    if line.strip() != "go":
        break
    start = time.perf_counter()
    value = step()
    print(json.dumps({"ms": (time.perf_counter() - start) * 1e3, "value": value}), flush=True)
print(json.dumps({"peakMB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}), flush=True)
os._exit(0)
