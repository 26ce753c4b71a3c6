#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The models of the comparison, each as a Hugging Face folder and in the forms that the peers recommend.

usage: prepare.py ASSAY OUT

OUT/NAME/             config.json, model.safetensors, tokenizer: what assay and sentence-transformers read
OUT/NAME/onnx/        model.onnx as exported, with the tokenizer: what FastEmbed reads
OUT/NAME/fused.onnx   ONNX Runtime's transformer optimiser
OUT/NAME/int8.onnx    the fused graph, quantised dynamically by ONNX Runtime
OUT/NAME/openvino.xml OpenVINO's form; openvino-int8.xml: quantised by nncf on texts like those measured
Models: minilm (all-MiniLM-L6-v2), cross (the same with a seeded random head), base (BERT-base's shape, random), long (MiniLM's shape
with 8,192 positions, random). Folders that are there are kept.
"""
import json
import pathlib
import shutil
import subprocess
import sys

import numpy
import torch
from transformers import AutoTokenizer, BertConfig, BertForSequenceClassification, BertModel

import texts

TOKENIZER_FILES = ["tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "vocab.txt"]
LIMITS = {"minilm": 256, "cross": 512, "base": 256, "long": 8192}


def source_folder(assay):
    """Where the cache holds all-MiniLM-L6-v2."""
    out = subprocess.run([assay, "download", "sentence-transformers/all-MiniLM-L6-v2", "--offline"], capture_output=True, text=True, check=True)
    return pathlib.Path(out.stdout.split()[-1])


def network(name, source):
    torch.manual_seed(7)
    if name == "minilm":
        return BertModel.from_pretrained(source, attn_implementation="eager")
    if name == "cross":
        return BertForSequenceClassification.from_pretrained(source, num_labels=1, attn_implementation="eager")
    small = dict(hidden_size=384, num_hidden_layers=6, intermediate_size=1536, max_position_embeddings=8192)
    config = BertConfig(attn_implementation="eager", **(small if name == "long" else {}))
    return BertModel(config)


class Outputs(torch.nn.Module):
    """The first output under the inputs' usual names."""

    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, input_ids, attention_mask, token_type_ids):
        return self.model(input_ids=input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids)[0]


def write_folder(name, source, folder):
    model = network(name, source).eval()
    model.save_pretrained(folder)
    for file in TOKENIZER_FILES:
        if (source / file).exists():
            shutil.copy(source / file, folder / file)
    limit = LIMITS[name]
    config = json.loads((folder / "tokenizer_config.json").read_text())
    (folder / "tokenizer_config.json").write_text(json.dumps(config | {"model_max_length": limit, "max_length": limit}))
    tokenizer = json.loads((folder / "tokenizer.json").read_text())
    tokenizer["truncation"] = tokenizer["padding"] = None
    (folder / "tokenizer.json").write_text(json.dumps(tokenizer))
    if name != "cross":
        shutil.copy(source / "modules.json", folder)
        shutil.copytree(source / "1_Pooling", folder / "1_Pooling", dirs_exist_ok=True)
        pooling = json.loads((folder / "1_Pooling/config.json").read_text()) | {"word_embedding_dimension": model.config.hidden_size}
        (folder / "1_Pooling/config.json").write_text(json.dumps(pooling))
        (folder / "sentence_bert_config.json").write_text(json.dumps({"max_seq_length": limit, "do_lower_case": False}))
    return model


def export_onnx(name, model, folder):
    onnx = folder / "onnx"
    onnx.mkdir()
    ids = torch.randint(1000, 2000, (2, 9))
    mask = torch.ones_like(ids)
    mask[1, 5:] = 0
    inputs = ["input_ids", "attention_mask", "token_type_ids"]
    output = "logits" if name == "cross" else "last_hidden_state"
    axes = {key: {0: "batch", 1: "length"} for key in inputs} | {output: {0: "batch"} if name == "cross" else {0: "batch", 1: "length"}}
    torch.onnx.export(Outputs(model), (ids, mask, torch.zeros_like(ids)), str(onnx / "model.onnx"), input_names=inputs,
                      output_names=[output], dynamic_axes=axes, opset_version=17, dynamo=False)
    for file in ["config.json", *TOKENIZER_FILES]:
        if (folder / file).exists():
            shutil.copy(folder / file, onnx / file)
    return onnx / "model.onnx"


def fuse(model, exported, folder):
    import onnx
    from onnxruntime.quantization import QuantType, quantize_dynamic
    from onnxruntime.transformers.optimizer import optimize_model

    fused = optimize_model(str(exported), model_type="bert", num_heads=model.config.num_attention_heads, hidden_size=model.config.hidden_size)
    print(folder.name, "fused:", {key: count for key, count in fused.get_fused_operator_statistics().items() if count})
    fused.save_model_to_file(str(folder / "fused.onnx"))
    quantize_dynamic(str(folder / "fused.onnx"), str(folder / "int8.onnx"), weight_type=QuantType.QInt8,
                     extra_options={"DefaultTensorType": onnx.TensorProto.FLOAT})


def openvino_forms(name, exported, folder):
    import nncf
    import openvino

    model = openvino.convert_model(str(exported))
    openvino.save_model(model, str(folder / "openvino.xml"), compress_to_fp16=False)
    tokenizer = AutoTokenizer.from_pretrained(folder)

    def inputs(text):
        encoded = tokenizer(text, truncation=True, max_length=LIMITS[name], return_tensors="np")
        return {key: encoded[key].astype(numpy.int64) for key in ("input_ids", "attention_mask", "token_type_ids")}

    calibration = nncf.Dataset(texts.abstracts(100, seed=9), inputs)
    quantised = nncf.quantize(model, calibration, model_type=nncf.ModelType.TRANSFORMER, subset_size=100)
    openvino.save_model(quantised, str(folder / "openvino-int8.xml"), compress_to_fp16=False)


def main():
    source, out = source_folder(sys.argv[1]), pathlib.Path(sys.argv[2])
    for name in LIMITS:
        folder = out / name
        if (folder / "complete").exists():
            continue
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        model = write_folder(name, source, folder)
        exported = export_onnx(name, model, folder)
        fuse(model, exported, folder)
        openvino_forms(name, exported, folder)
        (folder / "complete").touch()


if __name__ == "__main__":
    main()
