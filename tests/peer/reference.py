"""Runs in an oracle environment: writes each case's checkpoint, input, and the reference's logits and routes.

`python reference.py FOLDER VERSION|loop`: FOLDER/<case number>/{model/, input.json, expected.safetensors, case.json}
"""

import json
import sys
from dataclasses import asdict
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save_file
from transformers import SwitchTransformersConfig, SwitchTransformersForConditionalGeneration as Model

import cases
import loop

SMALLEST_GAP = 2e-4  # between the two likeliest experts' logits: nearer ones could flip by rounding
SEEDS = 200


def spread_weights(model, case, generator):
    """Weights whose logits and routes differ from token to token; Hugging Face's own routers saturate."""
    for name, parameter in model.named_parameters():
        noise = torch.randn(parameter.shape, generator=generator)
        if "layer_norm" in name:
            value = 1 + 0.2 * noise
        elif "router" in name:
            value = noise * 2 / parameter.shape[1] ** 0.5
            value[: max(1, len(value) // 4)] *= case.skew
        elif name == "shared.weight" or "embed_tokens" in name or "relative_attention_bias" in name:
            value = noise
        elif name.endswith("SelfAttention.q.weight"):
            value = noise * 1.5 / (parameter.shape[1] * model.config.d_kv) ** 0.5
        else:
            value = noise / parameter.shape[1] ** 0.5
        parameter.data.copy_(value)


def record_routes(model, rows):
    """Hooks every router; the dictionary fills as the model runs. Also the smallest gap between two logits."""
    routes, gaps = {}, []

    def hook_router(key, one_hot_at):
        def hook(_module, _input, output):
            one_hot = output[one_hot_at].reshape(rows, -1, output[one_hot_at].shape[-1])
            routes[key] = torch.where(one_hot.sum(-1) > 0, one_hot.argmax(-1), -1).contiguous()
        return hook

    def hook_logits(_module, _input, output):
        if output.shape[-1] > 1:
            best = output.float().topk(2, dim=-1).values
            gaps.append(float((best[..., 0] - best[..., 1]).min()))

    for name, module in model.named_modules():
        if not name.endswith(".mlp.router"):
            continue
        stack, _, layer = name.split(".")[:3]
        module.register_forward_hook(hook_router(f"routes.{stack}.{layer}", 0 if loop.is_version_4() else 1))
        module.classifier.register_forward_hook(hook_logits)
    return routes, gaps


def run_peer(folder, document):
    model = Model.from_pretrained(folder / "model", dtype=torch.float32).eval()
    if loop.is_version_4():  # it saves an untied model's embedding once, and loads it into `shared` alone
        for stack in (model.encoder, model.decoder):
            stack.embed_tokens.weight = model.shared.weight
    routes, gaps = record_routes(model, len(document["input_ids"]))
    tensors = {key: torch.tensor(document[key]) for key in ("input_ids", "labels", "attention_mask") if key in document}
    with torch.no_grad():
        logits = model(**tensors, output_router_logits=False).logits
    return {"logits": logits.float().contiguous(), **routes}, min(gaps, default=1.0)


def run_loop(folder, document, semantics):
    results, gap = loop.forward(folder / "model", document, semantics)
    return {name: torch.from_numpy(np.ascontiguousarray(value)) for name, value in results.items()}, gap


def make_case(case, folder, reference, seed):
    generator = torch.Generator().manual_seed(seed)
    model = Model(SwitchTransformersConfig(**case.full_config()))
    spread_weights(model, case, generator)
    model.to(getattr(torch, case.save_dtype)).save_pretrained(folder / "model", max_shard_size=case.max_shard)
    text = cases.random_input(case, np.random.default_rng(seed))
    (folder / "input.json").write_text(text)
    document = json.loads(text)
    if reference == "loop":
        return run_loop(folder, document, case.semantics)
    return run_peer(folder, document)


def main():
    folder, reference = Path(sys.argv[1]), sys.argv[2]
    torch.set_num_threads(2)
    if reference == "loop":
        chosen = cases.paper_cases()
    else:
        chosen = cases.hugging_face_cases("hf-row" if loop.is_version_4() else "hf-dropless")
    for number, case in enumerate(chosen):
        place = folder / f"{number:02}"
        place.mkdir()
        for seed in range(SEEDS):
            expected, gap = make_case(case, place, reference, 1000 * number + seed)
            if gap >= SMALLEST_GAP:
                break
        else:
            sys.exit(f"{case.name}: no seed keeps every token's two best experts {SMALLEST_GAP} apart")
        save_file(expected, place / "expected.safetensors")
        (place / "case.json").write_text(json.dumps(asdict(case)))


if __name__ == "__main__":
    main()
