"""Random Switch checkpoints and inputs that stress where implementations differ."""

import json
from dataclasses import dataclass, field

BASE = dict(vocab_size=96, d_model=32, d_kv=8, d_ff=48, num_heads=4, num_layers=4, num_decoder_layers=4,
            num_sparse_encoder_layers=2, num_sparse_decoder_layers=2, num_experts=4, expert_capacity=64,
            relative_attention_num_buckets=8, relative_attention_max_distance=20, dropout_rate=0.1,
            pad_token_id=0, eos_token_id=1, decoder_start_token_id=0, tie_word_embeddings=True)


@dataclass
class Case:
    name: str
    semantics: str
    config: dict
    rows: int = 3
    input_length: int = 24
    target_length: int = 9
    padding: bool = True      # rows of different lengths, one of them padded on the left
    ignored_labels: bool = True
    drops: bool = False       # some token must be dropped, else the case shows nothing
    save_dtype: str = "float32"
    max_shard: str = "5GB"
    skew: float = 1.0         # scale of the first quarter of the router's rows: popular experts overflow
    settings: dict = field(default_factory=dict)

    def full_config(self):
        return {**BASE, **self.config}


def hugging_face_cases(semantics):
    drops = semantics == "hf-row"
    tight = {"expert_capacity": 4}
    return [
        Case("tied", semantics, tight, drops=drops),
        Case("untied", semantics, {**tight, "tie_word_embeddings": False, "num_experts": 8}, drops=drops, skew=3),
        Case("every layer sparse", semantics, {**tight, "num_layers": 2, "num_decoder_layers": 3, "num_sparse_encoder_layers": 2,
                                               "num_sparse_decoder_layers": 3}, drops=drops),
        Case("sparse steps 3 and 4", semantics, {**tight, "num_layers": 6, "num_decoder_layers": 4, "num_sparse_encoder_layers": 2,
                                                 "num_sparse_decoder_layers": 1, "num_experts": 6}, drops=drops),
        Case("no sparse layers asked for", semantics, {**tight, "num_sparse_encoder_layers": 0, "num_sparse_decoder_layers": 0,
                                                       "num_layers": 3, "num_decoder_layers": 2}, drops=drops),
        Case("one expert", semantics, {"num_experts": 1}),
        Case("heads wider than the model", semantics, {**tight, "d_kv": 24, "num_heads": 3, "d_model": 40}, drops=drops),
        Case("rows of 70", semantics, {"num_experts": 2, "expert_capacity": 16}, rows=4, input_length=70, target_length=40, drops=drops),
        Case("no padding", semantics, tight, padding=False, ignored_labels=False, drops=drops),
        Case("roomy", semantics, {}),
        Case("bfloat16 file", semantics, tight, save_dtype="bfloat16", drops=drops),
        Case("float16 shards", semantics, tight, save_dtype="float16", max_shard="20KB", drops=drops),
        Case("one token", semantics, {}, rows=1, input_length=1, target_length=1, padding=False, ignored_labels=False),
    ]


def paper_cases():
    crowded = dict(drops=True, skew=4)
    return [
        Case("paper", "paper", {"num_experts": 8}, rows=5, **crowded),
        Case("paper untied", "paper", {"num_experts": 5, "tie_word_embeddings": False}, rows=4, input_length=33, **crowded),
        Case("paper one token", "paper", {}, rows=1, input_length=1, target_length=1, padding=False, ignored_labels=False),
        Case("paper no padding", "paper", {"num_experts": 8}, padding=False, ignored_labels=False, **crowded),
        Case("t5x", "t5x-group", {"num_experts": 8}, rows=5, **crowded),
        Case("t5x rounding to even", "t5x-group", {"num_experts": 4}, rows=3, input_length=9, target_length=7, **crowded),
        Case("t5x minimum of four slots", "t5x-group", {"num_experts": 8}, rows=2, input_length=5, target_length=3),
        Case("t5x two groups", "t5x-group", {"num_experts": 16, "num_layers": 2, "num_decoder_layers": 2, "num_sparse_encoder_layers": 1,
                                             "num_sparse_decoder_layers": 1}, rows=66, input_length=130, target_length=6, **crowded),
    ]


def random_input(case, random):
    """The JSON of `checkpoint forward`; rows beyond the first are shorter, row 1 is padded on the left."""
    vocab = case.full_config()["vocab_size"]
    ids = random.integers(2, vocab, (case.rows, case.input_length))
    mask = (ids >= 0).astype(int)
    labels = random.integers(2, vocab, (case.rows, case.target_length))
    for row in range(1, case.rows):
        if case.padding:
            cut = int(random.integers(1, max(2, case.input_length // 2)))
            place = slice(0, cut) if row == 1 else slice(case.input_length - cut, None)
            ids[row, place], mask[row, place] = 0, 0
        if case.ignored_labels:
            labels[row, case.target_length - int(random.integers(1, 3)):] = -100
    document = {"input_ids": ids.tolist(), "labels": labels.tolist()}
    if case.padding:
        document["attention_mask"] = mask.tolist()
    document["comment"] = "keys that the program does not know are ignored"
    return json.dumps(document)
