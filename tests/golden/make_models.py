#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes the golden folders of architectures that README.md lists under "Made here".

usage: tests/golden/make_models.py   (torch, transformers, tokenizers, safetensors; versions in README.md)

Weights are random from a fixed seed; texts, tokenizer and ids are those of another folder of models/, since these
folders test what stands behind the ids. References: transformers' modelling code in float32, one text at a time.
"""
import json
import pathlib
import shutil

import torch
import transformers
from safetensors.torch import save_file

MODELS = pathlib.Path(__file__).parent / "models"
POOLING = {"word_embedding_dimension": 0, "pooling_mode_mean_tokens": True}


def randomise(model, seed):
    generator = torch.Generator().manual_seed(seed)
    for name, tensor in model.state_dict().items():
        if not tensor.is_floating_point():
            continue
        scale = 0.05 if "embed" in name and tensor.dim() == 2 else 0.25
        noise = torch.randn(tensor.shape, generator=generator) * scale
        norm = "norm" in name.lower() and name.endswith("weight") and "Gemma" not in type(model).__name__
        tensor.copy_(noise + (1 if norm else 0))
    return model.eval()


def write(name, source, model, config, like, notes, cases, tolerance, modules=()):
    folder = MODELS / name
    folder.mkdir(exist_ok=True)
    for file in ("tokenizer.json", "tokenizer_config.json", "special_tokens_map.json"):
        shutil.copy(MODELS / source / file, folder / file)
    # contiguous copies: tied tensors are stored once under their first name
    seen, tensors = set(), {}
    for key, tensor in model.state_dict().items():
        if tensor.data_ptr() in seen:
            continue
        seen.add(tensor.data_ptr())
        tensors[key] = tensor.contiguous().clone()
    save_file(tensors, folder / "model.safetensors")
    (folder / "config.json").write_text(json.dumps(config))
    if modules:
        (folder / "modules.json").write_text(json.dumps(
            [{"idx": i, "name": str(i), "path": path, "type": f"sentence_transformers.models.{kind}"}
             for i, (kind, path) in enumerate(modules)], indent=1))
        for kind, path in modules:
            if kind == "Pooling":
                (folder / path).mkdir(exist_ok=True)
                (folder / path / "config.json").write_text(json.dumps(POOLING))
    head = {"format": 1, "model": name, "task": "rerank" if "logit" in cases[0] else "embed", "like": like,
            "architectures": config["architectures"], "reference": f"transformers {transformers.__version__}",
            "stored_dtype": "F32", "tolerance": tolerance, "notes": notes}
    lines = ",\n".join(json.dumps(case) for case in cases)
    text = json.dumps(head, indent=1)[:-2] + ',\n "cases": [\n' + lines + "\n]}\n"
    (folder / "expected.json").write_text(text)
    print(name, len(cases))


def source_cases(source):
    cases = json.loads((MODELS / source / "expected.json").read_text())["cases"]
    keep = ("id", "text", "query", "document", "max_length", "full_length", "length", "ids", "type_ids")
    return [{key: case[key] for key in keep if key in case} for case in cases]


def rounded(values):
    return [float(f"{value:.9g}") for value in values]


def with_vectors(model, cases, normalize=True):
    for case in cases:
        rows = model(input_ids=torch.tensor([case["ids"]])).last_hidden_state[0]
        vector = rows.mean(0)
        if normalize:
            vector = torch.nn.functional.normalize(vector, dim=0)
        case["embedding"] = rounded(vector.tolist())
    return cases


def with_logits(model, cases, types):
    for case in cases:
        inputs = {"input_ids": torch.tensor([case["ids"]])}
        if types:
            inputs["token_type_ids"] = torch.tensor([case["type_ids"]])
        case["logit"] = rounded(model(**inputs).logits[0].tolist())[0]
    return cases


def config_of(model, architecture, extra=None):
    config = json.loads(model.config.to_json_string(use_diff=False))
    config["architectures"] = [architecture]
    for key in ("_name_or_path", "dtype"):
        config.pop(key, None)
    return config | (extra or {})


def electra():
    config = transformers.ElectraConfig(vocab_size=1000, embedding_size=32, hidden_size=48, num_hidden_layers=2,
                                        num_attention_heads=4, intermediate_size=96, max_position_embeddings=128,
                                        num_labels=1)
    model = randomise(transformers.ElectraForSequenceClassification(config), 1)
    cases = with_logits(model, source_cases("bert-cross-encoder"), True)
    write("electra-cross-encoder", "bert-cross-encoder", model,
          config_of(model, "ElectraForSequenceClassification"), "cross-encoder/ms-marco-electra-base",
          ["embeddings of 32 are projected to 48", "the classifier uses gelu, not tanh"], cases, 1e-4)


def distilbert():
    config = transformers.DistilBertConfig(vocab_size=1000, dim=48, n_layers=2, n_heads=4, hidden_dim=104,
                                           max_position_embeddings=96)
    model = randomise(transformers.DistilBertModel(config), 2)
    cases = with_vectors(model, source_cases("bert-embedder"))
    write("distilbert-embedder", "bert-embedder", model, config_of(model, "DistilBertModel"),
          "sentence-transformers/msmarco-distilbert-base-v4", ["no token types"], cases, 1e-5,
          [("Transformer", ""), ("Pooling", "1_Pooling"), ("Normalize", "2_Normalize")])
    config.num_labels = 1
    config.max_position_embeddings = 128
    model = randomise(transformers.DistilBertForSequenceClassification(config), 3)
    cases = with_logits(model, source_cases("bert-cross-encoder"), False)
    write("distilbert-cross-encoder", "bert-cross-encoder", model,
          config_of(model, "DistilBertForSequenceClassification"), "a DistilBERT classifier",
          ["pre_classifier with relu"], cases, 1e-4)


def gemma3():
    config = transformers.Gemma3TextConfig(
        vocab_size=1008, hidden_size=48, intermediate_size=72, num_hidden_layers=4, num_attention_heads=4,
        num_key_value_heads=2, head_dim=16, query_pre_attn_scalar=24, max_position_embeddings=256,
        sliding_window=16, use_bidirectional_attention=True,
        layer_types=["sliding_attention", "sliding_attention", "full_attention", "sliding_attention"])
    config._attn_implementation = "eager"
    model = randomise(transformers.Gemma3TextModel(config), 4)
    cases = with_vectors(model, source_cases("qwen3-embedder"))
    # the fields as the published config has them
    stated = {"sliding_window": 16, "rope_theta": 1000000.0, "rope_local_base_freq": 10000.0}
    published = config_of(model, "Gemma3TextModel", stated)
    published.pop("rope_parameters", None)
    write("gemma3-embedder", "qwen3-embedder", model, published, "google/embeddinggemma-300m",
          ["a token sees positions with distance <= 8 in sliding layers (sliding_window 16 / 2)",
           "RMS norms scale by 1 + weight; embeddings by sqrt(hidden_size)",
           "the tokenizer is that of qwen3-embedder"], cases, 1e-5,
          [("Transformer", ""), ("Pooling", "1_Pooling"), ("Normalize", "2_Normalize")])


def qwen3():
    config = transformers.Qwen3Config(
        vocab_size=1008, hidden_size=48, intermediate_size=96, num_hidden_layers=2, num_attention_heads=4,
        num_key_value_heads=2, head_dim=16, max_position_embeddings=256, num_labels=1, pad_token_id=0,
        rope_theta=1000000.0)
    config._attn_implementation = "eager"
    model = randomise(transformers.Qwen3ForSequenceClassification(config), 5)
    cases = with_logits(model, source_cases("qwen3-embedder"), False)
    # one text a case: the score belongs to its last token, padding is none
    published = config_of(model, "Qwen3ForSequenceClassification", {"rope_theta": 1000000.0})
    write("qwen3-cross-encoder", "qwen3-embedder", model, published,
          "tomaarsen/Qwen3-Reranker-0.6B-seq-cls", ["score of the last token, no bias"], cases, 1e-4)


def mpnet():
    config = transformers.MPNetConfig(vocab_size=1000, hidden_size=48, num_hidden_layers=2, num_attention_heads=4,
                                      intermediate_size=96, max_position_embeddings=162, num_labels=1)
    model = randomise(transformers.MPNetForSequenceClassification(config), 6)
    cases = with_logits(model, source_cases("mpnet-embedder"), False)
    write("mpnet-cross-encoder", "mpnet-embedder", model, config_of(model, "MPNetForSequenceClassification"),
          "an MPNet classifier", ["one text a case"], cases, 1e-4)


def rotary_roberta():
    config = transformers.JinaEmbeddingsV3Config(
        vocab_size=1000, hidden_size=64, num_hidden_layers=2, num_attention_heads=4, intermediate_size=128,
        max_position_embeddings=132, type_vocab_size=1, pad_token_id=1)
    config._attn_implementation = "eager"
    model = randomise(transformers.JinaEmbeddingsV3Model(config), 8)
    cases = with_vectors(model, [c for c in source_cases("roberta-embedder") if len(c["ids"]) <= 128])
    tensors = {}
    for name, tensor in model.state_dict().items():
        for old, new in (("embeddings.LayerNorm", "emb_ln"), ("layers.", "encoder.layers."),
                         ("self_attn.o_proj", "mixer.out_proj"), ("post_attention_layernorm", "norm1"),
                         ("post_mlp_layernorm", "norm2")):
            name = name.replace(old, new)
        tensors[name] = tensor
    for layer in range(2):
        for kind in ("weight", "bias"):
            parts = [tensors.pop(f"encoder.layers.{layer}.self_attn.{p}_proj.{kind}") for p in "qkv"]
            tensors[f"encoder.layers.{layer}.mixer.Wqkv.{kind}"] = torch.cat(parts)

    class Renamed:
        def state_dict(self):
            return tensors

    published = config_of(model, "XLMRobertaModel", {"position_embedding_type": "rotary", "rotary_emb_base": 20000.0})
    published.pop("rope_parameters", None)
    write("xlmr-rotary-embedder", "roberta-embedder", Renamed(), published, "jinaai/jina-colbert-v2, as an embedder",
          ["the flash names of xlmr-flash-cross-encoder, rotary positions"], cases, 1e-5,
          [("Transformer", ""), ("Pooling", "1_Pooling"), ("Normalize", "2_Normalize")])


def static():
    folder = MODELS / "static-embedder"
    folder.mkdir(exist_ok=True)
    for file in ("tokenizer.json", "tokenizer_config.json", "special_tokens_map.json"):
        shutil.copy(MODELS / "bert-embedder" / file, folder / file)
    generator = torch.Generator().manual_seed(7)
    table = torch.randn((600, 24), generator=generator)
    weights = torch.rand(1000, generator=generator) + 0.1
    mapping = torch.randint(0, 600, (1000,), generator=generator)
    save_file({"embeddings": table, "weights": weights, "mapping": mapping}, folder / "model.safetensors")
    (folder / "config.json").write_text(json.dumps(
        {"model_type": "model2vec", "architectures": ["StaticModel"], "hidden_dim": 24, "normalize": True}))
    (folder / "modules.json").write_text(json.dumps(
        [{"idx": 0, "name": "0", "path": ".", "type": "sentence_transformers.models.StaticEmbedding"},
         {"idx": 1, "name": "1", "path": "1_Normalize", "type": "sentence_transformers.models.Normalize"}]))
    from tokenizers import Tokenizer
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    unknown = tokenizer.token_to_id("[UNK]")
    cases = []
    for case in source_cases("bert-embedder"):
        whole = tokenizer.encode(case["text"], add_special_tokens=False).ids
        ids = whole[:512]
        rows = torch.stack([table[mapping[i]].double() * weights[i].double() for i in ids if i != unknown] or
                           [torch.zeros(24).double()])
        vector = torch.nn.functional.normalize(rows.sum(0), dim=0)
        cases.append({"id": case["id"], "text": case["text"], "max_length": 512,
                      "full_length": max(len(whole), 1), "length": max(len(ids), 1), "ids": ids or [-1],
                      "type_ids": [0] * max(len(ids), 1), "embedding": rounded(vector.tolist())})
    head = {"format": 1, "model": "static-embedder", "task": "embed", "like": "minishlab/potion-base-8M",
            "architectures": ["StaticModel"], "reference": "plain PyTorch, float64", "stored_dtype": "F32, I64",
            "tolerance": 1e-6, "notes": ["no special tokens; unknown tokens have no vector; -1 stands for no token"]}
    (folder / "expected.json").write_text(json.dumps(head, indent=1)[:-2] + ',\n "cases": [\n' +
                                          ",\n".join(json.dumps(case) for case in cases) + "\n]}\n")
    print("static-embedder", len(cases))


with torch.no_grad():
    for make in (electra, distilbert, gemma3, qwen3, mpnet, rotary_roberta, static):
        make()
