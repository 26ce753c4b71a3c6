# SPDX-License-Identifier: Apache-2.0
"""Makes cases.json: FastEmbed 0.9.1's BM42 over attention that transformers computes on models/bert-embedder.

usage: make.py STOPWORDS, the folder of NLTK's stop word corpus, in an environment with fastembed, torch and transformers.
"""
import json
import pathlib
import string
import sys

import numpy as np
import torch
from fastembed.common.onnx_model import OnnxOutputContext
from fastembed.common.preprocessor_utils import load_tokenizer
from fastembed.sparse.bm42 import Bm42
from py_rust_stemmers import SnowballStemmer
from transformers import BertModel

MAX_LENGTH = 48


def main():
    here = pathlib.Path(__file__).parent
    folder = here.parent / "models/bert-embedder"
    network = BertModel.from_pretrained(folder, attn_implementation="eager").eval()
    tokenizer, special = load_tokenizer(model_dir=folder)
    tokenizer.no_padding()
    tokenizer.enable_truncation(MAX_LENGTH)
    model = object.__new__(Bm42)  # its own steps, without the ONNX file
    model.tokenizer, model.special_token_to_id = tokenizer, special
    model.special_tokens, model.special_tokens_ids = set(special), set(special.values())
    model.invert_vocab = {i: t for t, i in tokenizer.get_vocab().items()}
    model.punctuation = set(string.punctuation)
    model.stopwords = set((pathlib.Path(sys.argv[1]) / "english").read_text().splitlines())
    model.stemmer = SnowballStemmer("english")
    model._ensure_tokenizer = lambda: None
    texts = [c["text"] for c in json.loads((folder / "expected.json").read_text())["cases"]]
    texts = list(dict.fromkeys(t for t in texts if len(t) < 2000))[:40]
    texts += ["The licenses license licensed software to users", "running runs run the runner", "[UNK] ##ing [MASK] words"]
    rows = []
    for i, text in enumerate(texts):
        model.alpha = 0.5 if i % 4 else 1.0
        ids = np.array([tokenizer.encode(text).ids])
        with torch.no_grad():
            attention = network(torch.tensor(ids), output_attentions=True).attentions[-1].numpy()
        context = OnnxOutputContext(model_output=attention, attention_mask=np.ones_like(ids), input_ids=ids)
        document = next(iter(model._post_process_onnx_output(context)))
        query = next(iter(model.query_embed(text)))
        rows.append(json.dumps({"text": text, "alpha": model.alpha, "indices": [int(x) for x in document.indices],
                                "values": [float(x) for x in document.values], "query": [int(x) for x in query.indices]}))
    (here / "cases.json").write_text('{"max_length": %d, "cases": [\n%s\n]}\n' % (MAX_LENGTH, ",\n".join(rows)))


main()
