/**
 * The sampling script of a bundle, in Python. It draws its start noise with the engine's generator (random/philox.ts), so a
 * seed gives the picture that it gives in the application.
 */
export const SAMPLE_PY = String.raw`#!/usr/bin/env python3
"""Draws pictures from model.onnx: DDIM with classifier-free guidance.

    pip install onnxruntime numpy pillow
    python sample.py --class 0 --seed 0 --steps 50 --cfg 1.5 --out samples.png

--class takes an index, a name from config.json, or several separated by commas.
A name that ends in .npy as --out stores the values [N, C, H, W] instead of a picture.
"""
import argparse
import json
import math
from pathlib import Path

import numpy as np
import onnxruntime

HERE = Path(__file__).resolve().parent


def philox(blocks, stream, seed):
    """Philox4x32-10 (Salmon et al. 2011): four 32-bit words for each of the counters 0 .. blocks-1."""
    mask, shift = np.uint64(0xFFFFFFFF), np.uint64(32)
    c0 = np.arange(blocks, dtype=np.uint64)
    c1, c2, c3 = np.zeros_like(c0), np.full_like(c0, stream), np.zeros_like(c0)
    k0, k1 = seed & 0xFFFFFFFF, (seed >> 32) & 0xFFFFFFFF
    for _ in range(10):
        p0, p1 = c0 * np.uint64(0xD2511F53), c2 * np.uint64(0xCD9E8D57)
        c0, c1, c2, c3 = (p1 >> shift) ^ c1 ^ np.uint64(k0), p1 & mask, (p0 >> shift) ^ c3 ^ np.uint64(k1), p0 & mask
        k0, k1 = (k0 + 0x9E3779B9) & 0xFFFFFFFF, (k1 + 0xBB67AE85) & 0xFFFFFFFF
    return np.stack([c0, c1, c2, c3], axis=1).reshape(-1)


def normals(count, seed):
    """Standard normal values (Box and Muller 1958) from pairs of words."""
    words = philox((count + 3) // 4, (7 << 8) | 1, seed)
    radius = np.sqrt(-2 * np.log((words[0::2] + np.uint64(1)).astype(np.float64) / 2**32))
    angle = 2 * math.pi * (words[1::2].astype(np.float64) / 2**32)
    return np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1).reshape(-1)[:count].astype(np.float32)


def timesteps(total, count):
    """count steps spread evenly from 0 to total - 1."""
    if not 1 <= count <= total:
        raise SystemExit(f"--steps must be between 1 and {total}")
    stride, position, out = (total - 1) / (count - 1) if count > 1 else 1, 0.0, []
    for _ in range(count):
        out.append(round(position))
        position += stride
    return out


def class_of(text, config):
    names = config["class_names"]
    index = names.index(text) if text in names else int(text) if text.isdigit() else -1
    if not 0 <= index <= config["null_class"]:
        raise SystemExit(f"unknown class {text}; choose from " + ", ".join(f"{i} {n}" for i, n in enumerate(names)))
    return index


def sample(session, config, classes, seed, steps, cfg):
    channels, size = config["in_channels"], config["input_size"]
    shape = (channels, size, size)
    kept = config["diffusion"]["alphas_cumprod"]
    x = np.stack([normals(math.prod(shape), seed + i).reshape(shape) for i in range(len(classes))])
    y = np.array(classes, dtype=np.int64)
    visited = timesteps(len(kept), steps)
    for i in reversed(range(len(visited))):
        t = visited[i]
        if cfg == 1:
            out = session.run(["out"], {"x": x, "t": np.full(len(y), t, np.int64), "y": y})[0][:, :channels]
        else:
            both = np.concatenate([y, np.full_like(y, config["null_class"])])
            out = session.run(["out"], {"x": np.concatenate([x, x]), "t": np.full(len(both), t, np.int64), "y": both})[0][:, :channels]
            out, null = np.split(out, 2)
            guided = config["guidance_channels"]
            out[:, :guided] = null[:, :guided] + np.float32(cfg) * (out[:, :guided] - null[:, :guided])
        signal, spread = np.float32(math.sqrt(kept[t])), np.float32(math.sqrt(1 - kept[t]))
        clean = out if config["diffusion"]["prediction"] == "x0" else (x - spread * out) / signal
        clean = np.clip(clean, -1, 1)
        noise = (x - signal * clean) / spread
        before = kept[visited[i - 1]] if i > 0 else 1.0
        x = np.float32(math.sqrt(before)) * clean + np.float32(math.sqrt(1 - before)) * noise
    return x


def save(x, path, scale):
    if path.endswith(".npy"):
        return np.save(path, x)
    from PIL import Image

    count, channels, size, _ = x.shape
    if channels not in (1, 3):
        raise SystemExit(f"values with {channels} channels are no pictures: decode them; --out values.npy stores them")
    columns = min(8, count)
    rows = -(-count // columns)
    grid = np.full((rows * size, columns * size, channels), 255, np.uint8)
    for i, picture in enumerate(np.clip((x + 1) * 127.5, 0, 255).round().astype(np.uint8)):
        top, left = i // columns * size, i % columns * size
        grid[top : top + size, left : left + size] = picture.transpose(1, 2, 0)
    image = Image.fromarray(grid[:, :, 0] if channels == 1 else grid)
    image.resize((image.width * scale, image.height * scale), Image.NEAREST).save(path)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--class", dest="classes", default="0", metavar="CLASS")
    parser.add_argument("--count", type=int, default=1, help="pictures of each class")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--steps", type=int, default=50)
    parser.add_argument("--cfg", type=float, default=1.0, help="guidance scale; 1 switches guidance off")
    parser.add_argument("--scale", type=int, default=4, help="enlarge the picture by this factor")
    parser.add_argument("--out", default="samples.png")
    args = parser.parse_args()
    config = json.loads((HERE / "config.json").read_text(encoding="utf-8"))
    classes = [class_of(text.strip(), config) for text in args.classes.split(",") for _ in range(args.count)]
    session = onnxruntime.InferenceSession(str(HERE / "model.onnx"), providers=["CPUExecutionProvider"])
    save(sample(session, config, classes, args.seed, args.steps, args.cfg), args.out, args.scale)
    print(args.out)


if __name__ == "__main__":
    main()
`;
