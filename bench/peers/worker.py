#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""One engine on one workload, told by lines on stdin what to do.

usage: worker.py ENGINE MODELS WORKLOADS NAME THREADS

Says {"load_seconds":…} when the model is loaded. A line "run" runs all calls of the workload once, any other line also writes their
answers (float32, one after the other) to the file it names; the answer is {"seconds":[… a call]}.
Engines: fastembed (its defaults), sentence-transformers (its defaults: batches of 32, sorted by length), onnxruntime and openvino
(fp32 or -int8; texts sorted by length; the batch size of 1 to 64 that was fastest on up to 100 texts of this workload's first call).
"""
import json
import os
import pathlib
import sys
import time


def fastembed_engine(folder, kind, threads):
    from fastembed import TextEmbedding
    from fastembed.common.model_description import ModelSource, PoolingType
    from fastembed.rerank.cross_encoder import TextCrossEncoder

    onnx, config = folder / "onnx", json.loads((folder / "config.json").read_text())
    source = ModelSource(hf="local/peer")
    if kind == "embed":
        TextEmbedding.add_custom_model(model="local/peer", pooling=PoolingType.MEAN, normalization=True, model_file="model.onnx",
                                       sources=source, dim=config["hidden_size"])
        model = TextEmbedding("local/peer", threads=threads, specific_model_path=str(onnx))
        return lambda texts: numpy.array(list(model.embed(texts)))
    TextCrossEncoder.add_custom_model(model="local/peer", model_file="model.onnx", sources=source)
    model = TextCrossEncoder("local/peer", threads=threads, specific_model_path=str(onnx))
    return lambda call: numpy.array(list(model.rerank(call["query"], call["documents"])))


def sentence_transformers_engine(folder, kind, threads):
    import torch
    from sentence_transformers import CrossEncoder, SentenceTransformer

    torch.set_num_threads(threads)
    if kind == "embed":
        model = SentenceTransformer(str(folder), device="cpu")
        return lambda texts: model.encode(texts, show_progress_bar=False)
    model = CrossEncoder(str(folder), device="cpu", activation_fn=torch.nn.Identity())
    return lambda call: model.predict([(call["query"], d) for d in call["documents"]], show_progress_bar=False)


def onnxruntime_network(folder, precision, threads):
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    session = onnxruntime.InferenceSession(str(folder / ("int8.onnx" if precision == "int8" else "fused.onnx")), options,
                                           providers=["CPUExecutionProvider"])
    return lambda inputs: session.run(None, inputs)[0]


def openvino_network(folder, precision, threads):
    import openvino

    core = openvino.Core()
    model = core.compile_model(str(folder / ("openvino-int8.xml" if precision == "int8" else "openvino.xml")), "CPU",
                               {"INFERENCE_NUM_THREADS": threads, "PERFORMANCE_HINT": "LATENCY"} | ({} if precision == "int8" else {"INFERENCE_PRECISION_HINT": "f32"}))
    request = model.create_infer_request()
    return lambda inputs: next(iter(request.infer(inputs).values()))


def graph_engine(network, folder, kind, first_call):
    """Tokenisation, batches by length and pooling around a graph; takes the best batch size."""
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.enable_truncation(json.loads((folder / "tokenizer_config.json").read_text())["model_max_length"])

    def run(call, batch):
        texts = call if kind == "embed" else [(call["query"], d) for d in call["documents"]]
        encodings = tokenizer.encode_batch(texts)
        order = sorted(range(len(texts)), key=lambda i: len(encodings[i].ids))
        result = [None] * len(texts)
        for begin in range(0, len(order), batch):
            chosen = order[begin:begin + batch]
            length = len(encodings[chosen[-1]].ids)
            inputs = {key: numpy.zeros((len(chosen), length), dtype=numpy.int64) for key in ("input_ids", "attention_mask", "token_type_ids")}
            for row, i in enumerate(chosen):
                count = len(encodings[i].ids)
                inputs["input_ids"][row, :count] = encodings[i].ids
                inputs["attention_mask"][row, :count] = 1
                inputs["token_type_ids"][row, :count] = encodings[i].type_ids
            out = network(inputs)
            if kind == "embed":
                mask = inputs["attention_mask"][..., None].astype(numpy.float32)
                out = (out * mask).sum(1) / mask.sum(1)
                out /= numpy.linalg.norm(out, axis=1, keepdims=True)
            for row, i in enumerate(chosen):
                result[i] = out[row].copy()
        return numpy.array(result)

    some = first_call[:100] if kind == "embed" else first_call
    count = len(some if kind == "embed" else some["documents"])
    times = {}
    for batch in (1, 4, 8, 16, 32, 64):
        if batch > 1 and batch / 2 >= count:
            break
        run(some, batch)
        begin = time.perf_counter()
        run(some, batch)
        times[batch] = time.perf_counter() - begin
    best = min(times, key=times.get)
    return lambda call: run(call, best)


def main():
    engine, models, workloads, name, threads = sys.argv[1:]
    workload, threads = json.loads(pathlib.Path(workloads).read_text())[name], int(threads)
    folder = pathlib.Path(models) / workload["model"]
    begin = time.perf_counter()
    if engine == "fastembed":
        run = fastembed_engine(folder, workload["kind"], threads)
    elif engine == "sentence-transformers":
        run = sentence_transformers_engine(folder, workload["kind"], threads)
    else:
        library, _, precision = engine.partition("-")
        network = {"onnxruntime": onnxruntime_network, "openvino": openvino_network}[library](folder, precision, threads)
        print(json.dumps({"load_seconds": time.perf_counter() - begin}), flush=True)
        run = graph_engine(network, folder, workload["kind"], workload["calls"][0])
    if engine in ("fastembed", "sentence-transformers"):
        print(json.dumps({"load_seconds": time.perf_counter() - begin}), flush=True)
    for line in sys.stdin:
        seconds, answers = [], []
        for call in workload["calls"]:
            begin = time.perf_counter()
            answers.append(run(call))
            seconds.append(time.perf_counter() - begin)
        if line.strip() != "run":
            numpy.concatenate([numpy.ravel(a) for a in answers]).astype(numpy.float32).tofile(line.strip())
        print(json.dumps({"seconds": seconds}), flush=True)


if __name__ == "__main__":
    os.environ["TOKENIZERS_PARALLELISM"] = "true"
    os.environ["OMP_NUM_THREADS"] = sys.argv[-1]
    os.environ["RAYON_NUM_THREADS"] = sys.argv[-1]
    import numpy

    main()
