"""A slow Switch Transformer in NumPy float64, written from the papers alone: the reference of `paper` and `t5x-group`.

Fedus, Zoph, Shazeer (2022), arXiv:2101.03961, sec. 2; T5 1.0's blocks (arXiv:1910.10683); capacity of T5X from
google/flaxformer, routing.py: round(factor * tokens / experts), at least 4, per group.
"""

import json
import math
from pathlib import Path

import numpy as np
import torch
import transformers
from safetensors import safe_open

FACTOR = 2.0
T5X_GROUP = 8192


def is_version_4():
    return transformers.__version__.startswith("4.")


def read_weights(folder):
    weights = {}
    for file in sorted(Path(folder).glob("*.safetensors")):
        with safe_open(file, "pt") as opened:
            for name in opened.keys():
                weights[name] = opened.get_tensor(name).to(torch.float64).numpy()
    return weights


def softmax(x):
    e = np.exp(x - x.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)


def bucket(distance, two_sided, buckets, farthest):
    """T5's bucket of one relative position, key minus query."""
    offset = 0
    if two_sided:
        buckets //= 2
        offset = buckets if distance > 0 else 0
        distance = abs(distance)
    else:
        distance = max(-distance, 0)
    exact = buckets // 2
    if distance < exact:
        return offset + distance
    # In float32, as every implementation does: at whole powers the rounding decides the bucket.
    ratio = np.log(np.float32(distance) / np.float32(exact)) / np.float32(math.log(farthest / exact))
    return offset + min(exact + int(np.float32(ratio * np.float32(buckets - exact))), buckets - 1)


class Loop:
    def __init__(self, folder, semantics):
        self.config = json.loads((Path(folder) / "config.json").read_text())
        self.w = read_weights(folder)
        self.semantics = semantics
        self.routes, self.gap = {}, 1.0

    def norm(self, x, name):
        scale = 1 / np.sqrt((x * x).mean(-1, keepdims=True) + self.config["layer_norm_epsilon"])
        return self.w[name] * x * scale

    def attention(self, name, x, memory, bias):
        heads, width = self.config["num_heads"], self.config["d_kv"]

        def split(y, part):
            return (y @ self.w[f"{name}.{part}.weight"].T).reshape(y.shape[0], y.shape[1], heads, width).transpose(0, 2, 1, 3)

        scores = split(x, "q") @ split(memory, "k").transpose(0, 1, 3, 2) + bias
        mixed = (softmax(scores) @ split(memory, "v")).transpose(0, 2, 1, 3).reshape(x.shape[0], x.shape[1], heads * width)
        return mixed @ self.w[f"{name}.o.weight"].T

    def position_bias(self, stack, length):
        table = self.w[f"{stack}.block.0.layer.0.SelfAttention.relative_attention_bias.weight"]
        bias = np.empty((self.config["num_heads"], length, length))
        for query in range(length):
            for key in range(length):
                at = bucket(key - query, stack == "encoder", self.config["relative_attention_num_buckets"],
                            self.config["relative_attention_max_distance"])
                bias[:, query, key] = table[at]
        return bias[None]

    def block(self, name, x):
        return np.maximum(x @ self.w[f"{name}.wi.weight"].T, 0) @ self.w[f"{name}.wo.weight"].T

    def groups(self, rows, length):
        if self.semantics == "paper":
            return [range(rows)]
        per_group = max(1, T5X_GROUP // length)
        return [range(start, min(rows, start + per_group)) for start in range(0, rows, per_group)]

    def capacity(self, tokens, experts):
        share = FACTOR * tokens / experts
        return max(1, math.ceil(share)) if self.semantics == "paper" else max(4, round(share))

    def sparse(self, name, key, x, real):
        """Tokens one by one, in order, into experts with room."""
        logits = x @ self.w[f"{name}.router.classifier.weight"].T
        probability = softmax(logits)
        experts = logits.shape[-1]
        best = np.sort(logits, -1)
        counted = real if self.semantics == "paper" else np.ones_like(real)
        self.gap = min(self.gap, float((best[..., -1] - best[..., -2])[counted].min()))
        route, y = np.full(x.shape[:2], -1, dtype=np.int64), np.zeros_like(x)
        for rows in self.groups(*x.shape[:2]):
            room = [self.capacity(int(counted[rows.start:rows.stop].sum()), experts)] * experts
            for row in rows:
                for position in range(x.shape[1]):
                    expert = int(probability[row, position].argmax())
                    if counted[row, position] and room[expert] > 0:
                        room[expert] -= 1
                        route[row, position] = expert
        for expert in range(experts):
            chosen = route == expert
            y[chosen] = probability[chosen][:, expert:expert + 1] * self.block(f"{name}.experts.expert_{expert}", x[chosen])
        self.routes[key] = route
        return y

    def stack(self, stack, ids, real, self_bias, memory=None, cross_bias=None):
        x = self.w.get(f"{stack}.embed_tokens.weight", self.w["shared.weight"])[ids]
        layers = self.config["num_layers" if stack == "encoder" else "num_decoder_layers"]
        for layer in range(layers):
            part = f"{stack}.block.{layer}.layer."
            normed = self.norm(x, part + "0.layer_norm.weight")
            x = x + self.attention(part + "0.SelfAttention", normed, normed, self_bias)
            if memory is not None:
                normed = self.norm(x, part + "1.layer_norm.weight")
                x = x + self.attention(part + "1.EncDecAttention", normed, memory, cross_bias)
            last = part + ("1" if memory is None else "2")
            normed = self.norm(x, last + ".layer_norm.weight")
            if last + ".mlp.router.classifier.weight" in self.w:
                x = x + self.sparse(last + ".mlp", f"routes.{stack}.{layer}", normed, real)
            else:
                x = x + self.block(last + ".mlp", normed)
        return self.norm(x, f"{stack}.final_layer_norm.weight")

    def logits(self, document):
        ids, labels = np.array(document["input_ids"]), np.array(document["labels"])
        mask = np.array(document.get("attention_mask", np.ones_like(ids)), dtype=bool)
        hidden_keys = np.where(mask, 0.0, -1e30)[:, None, None, :]
        memory = self.stack("encoder", ids, mask, self.position_bias("encoder", ids.shape[1]) + hidden_keys)
        start = np.zeros((len(labels), 1), dtype=int)
        decoder_ids = np.where(labels < 0, 0, labels)
        decoder_ids = np.concatenate([start, decoder_ids[:, :-1]], 1)
        future = np.triu(np.full((labels.shape[1], labels.shape[1]), -1e30), 1)
        bias = self.position_bias("decoder", labels.shape[1]) + future[None, None]
        hidden = self.stack("decoder", decoder_ids, labels >= 0, bias, memory, hidden_keys)
        if self.config.get("tie_word_embeddings", True):
            return hidden * self.config["d_model"] ** -0.5 @ self.w["shared.weight"].T
        return hidden @ self.w["lm_head.weight"].T


def forward(folder, document, semantics):
    """{"logits": float32, "routes...": int64}, and the smallest gap between a token's two best router logits."""
    model = Loop(folder, semantics)
    logits = model.logits(document).astype(np.float32)
    return {"logits": logits, **model.routes}, model.gap
