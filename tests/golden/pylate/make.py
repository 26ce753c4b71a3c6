# SPDX-License-Identifier: Apache-2.0
"""Makes model/ and cases.json: models/bert-embedder with PyLate's modules behind it, computed by PyTorch. usage: make.py"""
import json
import pathlib
import shutil

import torch
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer
from transformers import BertModel

HERE = pathlib.Path(__file__).parent
SOURCE = HERE.parent / "models/bert-embedder"
DOCUMENT_LENGTH, QUERY_LENGTH = 40, 12
SIZES = [(32, 40, "torch.nn.modules.linear.Identity", True), (40, 40, "torch.nn.modules.activation.GELU", True),
         (40, 16, "torch.nn.modules.linear.Identity", False)]
SKIP = ["!", ".", ",", "?", "-"]


def write(path, value):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value, indent=2) + "\n")


def make_folder():
    model = HERE / "model"
    model.mkdir(exist_ok=True)
    for name in ("special_tokens_map.json", "tokenizer_config.json"):
        shutil.copy(SOURCE / name, model / name)
    config = json.loads((SOURCE / "config.json").read_text())
    vocabulary = config["vocab_size"]
    config["vocab_size"] = vocabulary + 2
    write(model / "config.json", config)
    generator = torch.Generator().manual_seed(5)
    weights = load_file(SOURCE / "model.safetensors")
    name = "embeddings.word_embeddings.weight"
    weights[name] = torch.cat([weights[name], 0.05 * torch.randn(2, config["hidden_size"], generator=generator)])
    save_file(weights, model / "model.safetensors")
    tokenizer = json.loads((SOURCE / "tokenizer.json").read_text())
    for i, prefix in enumerate(["[Q] ", "[D] "]):
        tokenizer["added_tokens"].append({"id": vocabulary + i, "content": prefix, "single_word": False, "lstrip": False,
                                          "rstrip": False, "normalized": True, "special": False})
    (model / "tokenizer.json").write_text(json.dumps(tokenizer))
    modules = [{"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"}]
    for i, (inputs, outputs, activation, residual) in enumerate(SIZES):
        folder = model / f"{i + 1}_Dense"
        modules.append({"idx": i + 1, "name": str(i + 1), "path": folder.name, "type": "pylate.models.Dense.Dense"})
        bias = i == 1
        write(folder / "config.json", {"in_features": inputs, "out_features": outputs, "bias": bias,
                                       "activation_function": activation, "use_residual": residual})
        tensors = {"linear.weight": 0.2 * torch.randn(outputs, inputs, generator=generator)}
        if bias:
            tensors["linear.bias"] = 0.2 * torch.randn(outputs, generator=generator)
        if residual and inputs != outputs:
            tensors["residual.weight"] = 0.2 * torch.randn(outputs, inputs, generator=generator)
        save_file(tensors, folder / "model.safetensors")
    write(model / "modules.json", modules)
    write(model / "config_sentence_transformers.json",
          {"model_type": "ColBERT", "query_prefix": "[Q] ", "document_prefix": "[D] ", "query_length": QUERY_LENGTH,
           "document_length": DOCUMENT_LENGTH, "attend_to_expansion_tokens": False, "skiplist_words": SKIP,
           "do_query_expansion": False})
    return model


def main():
    folder = make_folder()
    network = BertModel.from_pretrained(folder, attn_implementation="eager").eval()
    dense = [load_file(folder / f"{i + 1}_Dense/model.safetensors") for i in range(len(SIZES))]
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(DOCUMENT_LENGTH - 1)
    mask = tokenizer.token_to_id("[MASK]")
    dropped = {tokenizer.encode(word, add_special_tokens=False).ids[0] for word in SKIP}

    def rows_of(text, query, expand, attend):
        ids = tokenizer.encode(text).ids
        full = len(ids)
        ids.insert(1, tokenizer.token_to_id("[Q] " if query else "[D] "))
        attention = [1] * len(ids)
        if query and expand:
            more = max(0, QUERY_LENGTH - len(ids))
            ids += [mask] * more
            attention += [1 if attend else 0] * more
        with torch.no_grad():
            x = network(torch.tensor([ids]), attention_mask=torch.tensor([attention])).last_hidden_state[0]
            for tensors, (inputs, outputs, activation, residual) in zip(dense, SIZES):
                y = torch.nn.functional.linear(x, tensors["linear.weight"], tensors.get("linear.bias"))
                if activation.endswith("GELU"):
                    y = torch.nn.functional.gelu(y)
                if residual:
                    y = y + (x if inputs == outputs else torch.nn.functional.linear(x, tensors["residual.weight"]))
                x = y
            x = torch.nn.functional.normalize(x, dim=1)
        return [x[i].tolist() for i, t in enumerate(ids) if query or t not in dropped]

    texts = [c["text"] for c in json.loads((SOURCE / "expected.json").read_text())["cases"]]
    texts = list(dict.fromkeys(t for t in texts if len(t) < 500))[:14] + ["[Q] which [D] marks?", "a-b-c. " * 30]
    rows = []
    for text in texts:
        for query, expand, attend in [(False, False, False), (True, False, False), (True, True, False), (True, True, True)]:
            values = [[float(f"{v:.8g}") for v in row] for row in rows_of(text, query, expand, attend)]
            rows.append(json.dumps({"text": text, "query": query, "expand": expand, "attend": attend, "embeddings": values}))
    (HERE / "cases.json").write_text('{"cases": [\n%s\n]}\n' % ",\n".join(rows))


main()
