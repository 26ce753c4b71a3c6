# SPDX-License-Identifier: Apache-2.0
"""Makes model files and cases.json: FastEmbed 0.9.1's miniCOIL steps over the token states that transformers computes on
models/bert-embedder, with a small random vocabulary of word vectors.

usage: make.py, in an environment with fastembed, torch and transformers.
"""
import json
import pathlib

import numpy as np
import torch
from fastembed.common.onnx_model import OnnxOutputContext
from fastembed.common.preprocessor_utils import load_tokenizer
from fastembed.sparse.minicoil import MiniCOIL
from transformers import BertModel

MAX_LENGTH = 48
WORDS = ["fox", "dog", "run", "license", "software", "world", "model", "text", "river", "quickly", "document", "reset", "café", "tokens"]
STOP_WORDS = ["the", "a", "is", "of", "and", "over", "to"]


def main():
    here = pathlib.Path(__file__).parent
    folder = here.parent / "models/bert-embedder"
    network = BertModel.from_pretrained(folder, attn_implementation="eager").eval()
    model = object.__new__(MiniCOIL)  # its own steps, without the ONNX file
    model.tokenizer, model.special_token_to_id = load_tokenizer(model_dir=folder)
    model.tokenizer.no_padding()
    model.tokenizer.enable_truncation(MAX_LENGTH)
    model.model_name, model._model_dir = "Qdrant/minicoil-v1", here
    model.k, model.b, model.avg_len, model.vocab_resolver = 1.2, 0.75, 150.0, None
    model._ensure_tokenizer = lambda: None
    stems = {"run": "run", "licens": "license", "quick": "quickly", "softwar": "software", "token": "tokens", "lazi": "dog"}
    (here / "minicoil.triplet.model.vocab").write_text(json.dumps({"vocab": WORDS, "stem_mapping": stems}, ensure_ascii=False))
    (here / "stopwords.txt").write_text("\n".join(STOP_WORDS) + "\n")
    vectors = np.random.default_rng(7).normal(size=(len(WORDS) + 1, network.config.hidden_size, 4)) * 0.4
    np.save(here / "minicoil.triplet.model.npy", vectors.astype(np.float16))
    texts = [c["text"] for c in json.loads((folder / "expected.json").read_text())["cases"]]
    texts = list(dict.fromkeys(t for t in texts if len(t) < 2000))[:40]
    texts += ["The licenses license licensed software to users", "running runs run the runner; quick, quickly!", "[UNK] ##ing [MASK] words",
              "9°9 fox·dog dog fox foxes the_lazy_dog _ __", "Tokens of token: café CAFÉ river river river", "screech screeched screeches"]
    rows = []
    for text in texts:
        ids = np.array([model.tokenizer.encode(text).ids])
        with torch.no_grad():
            states = network(torch.tensor(ids)).last_hidden_state.numpy()
        row = {"text": text}
        for name, is_query in (("document", False), ("query", True)):
            context = OnnxOutputContext(model_output=states.copy(), attention_mask=np.ones_like(ids), input_ids=ids.copy())
            vector = next(iter(model._post_process_onnx_output(context, is_query=is_query)))
            assert len(set(vector.indices.tolist())) == len(vector.indices), text
            row[name] = {"indices": [int(x) for x in vector.indices], "values": [float(x) for x in vector.values]}
        rows.append(json.dumps(row))
    (here / "cases.json").write_text('{"max_length": %d, "cases": [\n%s\n]}\n' % (MAX_LENGTH, ",\n".join(rows)))


main()
