#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes the golden folders of architectures that README.md lists under "Made here".

usage: tests/golden/make_models.py [NAME...]   (torch, transformers, tokenizers, safetensors; versions in README.md)

Weights are random from a fixed seed; texts, tokenizer and ids are those of another folder of models/, since these
folders test what stands behind the ids. References: transformers' modelling code in float32, one text at a time.
"""
import json
import pathlib
import shutil
import sys

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
    tensors = flash_names(model.state_dict(), 2, "")

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


def tokenizer_of(folder):
    from tokenizers import Tokenizer
    tokenizer = Tokenizer.from_file(str(MODELS / folder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


def save_cases(folder, head, cases):
    (MODELS / folder / "expected.json").write_text(json.dumps(head, indent=1)[:-2] + ',\n "cases": [\n' +
                                                   ",\n".join(json.dumps(case) for case in cases) + "\n]}\n")
    print(folder, len(cases))


def qwen3_answer():
    """Qwen3-Reranker as published: a language model, logit("yes") - logit("no") behind its prompt."""
    name = "qwen3-answer-cross-encoder"
    config = transformers.Qwen3Config(
        vocab_size=1008, hidden_size=48, intermediate_size=96, num_hidden_layers=2, num_attention_heads=4,
        num_key_value_heads=2, head_dim=16, max_position_embeddings=1024, tie_word_embeddings=True,
        rope_theta=1000000.0)
    config._attn_implementation = "eager"
    model = randomise(transformers.Qwen3ForCausalLM(config), 9)
    published = config_of(model, "Qwen3ForCausalLM", {"rope_theta": 1000000.0})
    write(name, "qwen3-embedder", model, published, "Qwen/Qwen3-Reranker-0.6B", [], [{"logit": 0}], 1e-4)
    # The words of the answer take the place of the last merges.
    file = MODELS / name / "tokenizer.json"
    tokenizer = json.loads(file.read_text())
    vocabulary, merges = tokenizer["model"]["vocab"], tokenizer["model"]["merges"]
    as_text = isinstance(merges[0], str)
    for left, right in (("n", "o"), ("ye", "s"), ("y", "e")):
        old = merges.pop()
        vocabulary[left + right] = vocabulary.pop("".join(old.split(" ") if as_text else old))
    for left, right in (("y", "e"), ("ye", "s"), ("n", "o")):
        merges.append(f"{left} {right}" if as_text else [left, right])
    file.write_text(json.dumps(tokenizer, ensure_ascii=False))
    tokenizer = tokenizer_of(name)
    before = ("<|im_start|>system\nJudge whether the Document meets the requirements based on the Query and the "
              "Instruct provided. Note that the answer can only be \"yes\" or \"no\".<|im_end|>\n<|im_start|>user\n")
    after = "<|im_end|>\n<|im_start|>assistant\n<think>\n\n</think>\n\n"
    instruct = "Given a web search query, retrieve relevant passages that answer the query"
    before, after = (tokenizer.encode(text, add_special_tokens=False).ids for text in (before, after))
    yes, no = tokenizer.token_to_id("yes"), tokenizer.token_to_id("no")
    cases = []
    for number, case in enumerate(source_cases("bert-cross-encoder")):
        limit = 320 if number % 4 == 3 else 1024
        body = f"<Instruct>: {instruct}\n<Query>: {case['query']}\n<Document>: {case['document']}"
        body = tokenizer.encode(body, add_special_tokens=False).ids
        ids = before + body[: limit - len(before) - len(after)] + after
        logits = model(input_ids=torch.tensor([ids])).logits[0, -1]
        cases.append({"id": case["id"], "query": case["query"], "document": case["document"], "max_length": limit,
                      "full_length": len(before) + len(body) + len(after), "length": len(ids), "ids": ids,
                      "type_ids": [0] * len(ids), "logit": rounded([(logits[yes] - logits[no]).item()])[0]})
    save_cases(name, {"format": 1, "model": name, "task": "rerank", "like": "Qwen/Qwen3-Reranker-0.6B",
                      "architectures": ["Qwen3ForCausalLM"], "reference": f"transformers {transformers.__version__}",
                      "stored_dtype": "F32", "tolerance": 1e-4,
                      "notes": ["logit(yes) - logit(no) of the last token, behind the model card's prompt",
                                "what is cut is the end of the document"]}, cases)


def flash_names(state, layers, prefix):
    """transformers' names of JinaEmbeddingsV3 to those of the published files."""
    tensors = {}
    for name, tensor in state.items():
        for old, new in (("embeddings.LayerNorm", "emb_ln"), ("layers.", "encoder.layers."),
                         ("self_attn.o_proj", "mixer.out_proj"), ("post_attention_layernorm", "norm1"),
                         ("post_mlp_layernorm", "norm2")):
            name = name.replace(old, new)
        tensors[name] = tensor
    for layer in range(layers):
        for kind in ("weight", "bias"):
            parts = [tensors.pop(f"encoder.layers.{layer}.self_attn.{p}_proj.{kind}") for p in "qkv"]
            tensors[f"encoder.layers.{layer}.mixer.Wqkv.{kind}"] = torch.cat(parts)
    return {prefix + name: tensor.contiguous().clone() for name, tensor in tensors.items()}


def jina3_config(vocabulary):
    config = transformers.JinaEmbeddingsV3Config(
        vocab_size=vocabulary, hidden_size=64, num_hidden_layers=2, num_attention_heads=4, intermediate_size=128,
        max_position_embeddings=132, type_vocab_size=1, pad_token_id=1)
    config._attn_implementation = "eager"
    return config


def jina3():
    """jina-embeddings-v3: W + B A * alpha / rank in linear layers, W + A B * alpha / rank in embedding tables."""
    name, source = "jina3-embedder", "roberta-embedder"
    tasks = ["retrieval.query", "retrieval.passage", "separation", "classification", "text-matching"]
    prompts = {tasks[0]: "Represent the query for retrieving evidence documents: ",
               tasks[1]: "Represent the document for retrieval: "}
    rank, alpha = 3, 2
    model = randomise(transformers.JinaEmbeddingsV3Model(jina3_config(1000)), 10)
    base = {key: value.clone() for key, value in model.state_dict().items()}
    generator = torch.Generator().manual_seed(11)
    tensors, factors = {}, {}
    for key, tensor in flash_names(base, 2, "roberta.").items():
        if tensor.dim() != 2:
            tensors[key] = tensor
            continue
        rows, columns = tensor.shape
        table = "embeddings." in key
        a = torch.randn((5, rows, rank) if table else (5, rank, columns), generator=generator)
        b = torch.randn((5, rank, columns) if table else (5, rows, rank), generator=generator)
        factors[key] = (a * 0.1, b * 0.3)
        stem = key.removesuffix("weight") + "parametrizations.weight."
        tensors |= {stem + "original": tensor, stem + "0.lora_A": a * 0.1, stem + "0.lora_B": b * 0.3}

    class Stored:
        def state_dict(self):
            return tensors

    published = config_of(model, "XLMRobertaModel", {
        "model_type": "xlm-roberta", "position_embedding_type": "rotary", "rotary_emb_base": 20000.0,
        "lora_adaptations": tasks, "lora_rank": rank, "lora_alpha": alpha, "matryoshka_dimensions": [16, 32, 64]})
    published.pop("rope_parameters", None)
    write(name, source, Stored(), published, "jinaai/jina-embeddings-v3", [], [{"embedding": []}], 1e-5,
          [("Transformer", ""), ("Pooling", "1_Pooling"), ("Normalize", "2_Normalize")])
    (MODELS / name / "config_sentence_transformers.json").write_text(json.dumps({"prompts": prompts}))
    tokenizer = tokenizer_of(name)
    chosen = [c for c in source_cases(source) if len(c["ids"]) <= 128][:14]
    cases = [case | {"tasks": {}} for case in chosen]

    def merge(task):
        """The model with the adapter in its weights."""
        merged = {}
        for key, tensor in flash_names(base, 2, "roberta.").items():
            if key in factors:
                a, b = (factor[tasks.index(task)].double() for factor in factors[key])
                low = a @ b if "embeddings." in key else b @ a
                tensor = (tensor.double() + low * alpha / rank).float()
            merged[key] = tensor
        state = {}
        for key in base:
            stored = key
            for old, new in (("embeddings.LayerNorm", "emb_ln"), ("layers.", "encoder.layers."),
                             ("self_attn.o_proj", "mixer.out_proj"), ("post_attention_layernorm", "norm1"),
                             ("post_mlp_layernorm", "norm2")):
                stored = stored.replace(old, new)
            for index, part in enumerate(("q_proj", "k_proj", "v_proj")):
                if f"self_attn.{part}" in stored:
                    stored = stored.replace(f"self_attn.{part}", "mixer.Wqkv")
                    state[key] = merged["roberta." + stored].chunk(3)[index]
            if key not in state:
                state[key] = merged["roberta." + stored]
        model.load_state_dict(state)

    def vector(ids):
        row = model(input_ids=torch.tensor([ids])).last_hidden_state[0].mean(0)
        return rounded(torch.nn.functional.normalize(row, dim=0).tolist())

    for task in tasks:
        merge(task)
        for case in cases:
            case["tasks"][task] = vector(case["ids"])
            if task == "retrieval.passage":
                case["embedding"] = case["tasks"][task]
            if task in prompts:
                tokenizer.enable_truncation(case["max_length"])
                case[task + " with prompt"] = vector(tokenizer.encode(prompts[task] + case["text"]).ids)
    save_cases(name, {"format": 1, "model": name, "task": "embed", "like": "jinaai/jina-embeddings-v3",
                      "architectures": ["XLMRobertaModel"], "reference": f"transformers {transformers.__version__} on "
                      "merged weights", "stored_dtype": "F32", "tolerance": 1e-5,
                      "notes": ["embedding is that of retrieval.passage without a prompt"]}, cases)


def jina_colbert():
    """jina-colbert-v2: rotary XLM-R and a projection; queries filled with masks that are attended to."""
    name, source = "jina-colbert", "roberta-embedder"
    model = randomise(transformers.JinaEmbeddingsV3Model(jina3_config(1002)), 12)
    generator = torch.Generator().manual_seed(13)
    linear = torch.randn((16, 64), generator=generator) * 0.25
    tensors = flash_names(model.state_dict(), 2, "roberta.") | {"linear.weight": linear}

    class Stored:
        def state_dict(self):
            return tensors

    published = config_of(model, "HF_ColBERT", {"model_type": "xlm-roberta", "position_embedding_type": "rotary",
                                                "rotary_emb_base": 20000.0})
    published.pop("rope_parameters", None)
    write(name, source, Stored(), published, "jinaai/jina-colbert-v2", [], [{"embedding": []}], 1e-5)
    file = MODELS / name / "tokenizer.json"
    text = json.loads(file.read_text())
    size = len(text["model"]["vocab"])
    for index, token in enumerate(("[QueryMarker]", "[DocumentMarker]")):
        text["added_tokens"].append({"id": size + index, "content": token, "single_word": False, "lstrip": False,
                                     "rstrip": False, "normalized": False, "special": True})
    file.write_text(json.dumps(text, ensure_ascii=False))
    tokenizer = tokenizer_of(name)
    limit = json.loads((MODELS / name / "tokenizer_config.json").read_text())["model_max_length"]
    tokenizer.enable_truncation(limit - 1)
    dropped = {tokenizer.encode(c, add_special_tokens=False).ids[0] for c in "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"}
    dropped.add(tokenizer.token_to_id("<pad>"))
    mask = tokenizer.token_to_id("<mask>")
    cases = []
    for case in json.loads((MODELS / "bert-colbert" / "expected.json").read_text())["cases"]:
        query = case["mode"] == "query"
        ids = tokenizer.encode(case["text"]).ids
        full = len(tokenizer_of(name).encode(case["text"]).ids)
        ids.insert(1, tokenizer.token_to_id("[QueryMarker]" if query else "[DocumentMarker]"))
        if query:
            ids += [mask] * (32 - len(ids))
        keep = [i for i, token in enumerate(ids) if query or token not in dropped]
        rows = model(input_ids=torch.tensor([ids])).last_hidden_state[0] @ linear.T
        rows = torch.nn.functional.normalize(rows, dim=1)[keep]
        cases.append({"id": case["id"], "mode": case["mode"], "text": case["text"], "max_length": limit,
                      "full_length": full, "length": len(ids), "ids": ids, "attention_mask": [1] * len(ids),
                      "keep": keep, "embeddings": [rounded(row.tolist()) for row in rows]})
    save_cases(name, {"format": 1, "model": name, "task": "colbert", "like": "jinaai/jina-colbert-v2",
                      "architectures": ["HF_ColBERT"], "reference": f"transformers {transformers.__version__}",
                      "stored_dtype": "F32", "max_length": limit, "dimension": 16, "tolerance": 1e-5,
                      "notes": ["the mask tokens of a query are attended to"]}, cases)


MAKERS = (electra, distilbert, gemma3, qwen3, mpnet, rotary_roberta, static, qwen3_answer, jina3, jina_colbert)

with torch.no_grad():
    for make in MAKERS:
        if len(sys.argv) == 1 or make.__name__ in sys.argv[1:]:
            make()
