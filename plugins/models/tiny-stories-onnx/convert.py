"""Writes the weights and the tokenizer of tiny-stories in the layout of Hugging Face: the same model for another runtime.

    python3 convert.py --gguf ../tiny-stories/model.gguf
"""

import argparse
import json
from pathlib import Path

import onnx

from decoder_graph import decoder
from read_gguf import read_gguf

HERE = Path(__file__).parent


def shape_of(metadata):
    return {
        "vocabulary": metadata["llama.vocab_size"],
        "context": metadata["llama.context_length"],
        "width": metadata["llama.embedding_length"],
        "layers": metadata["llama.block_count"],
        "heads": metadata["llama.attention.head_count"],
        "inner": metadata["llama.feed_forward_length"],
        "rope_base": metadata["llama.rope.freq_base"],
        # As it was written: a float32 has no 1e-5.
        "epsilon": float(f"{metadata['llama.attention.layer_norm_rms_epsilon']:.6g}"),
    }


def config(shape, begin, end):
    return {
        "architectures": ["LlamaForCausalLM"],
        "model_type": "llama",
        "vocab_size": shape["vocabulary"],
        "max_position_embeddings": shape["context"],
        "hidden_size": shape["width"],
        "intermediate_size": shape["inner"],
        "num_hidden_layers": shape["layers"],
        "num_attention_heads": shape["heads"],
        "num_key_value_heads": shape["heads"],
        "head_dim": shape["width"] // shape["heads"],
        "hidden_act": "silu",
        "rms_norm_eps": shape["epsilon"],
        "rope_theta": shape["rope_base"],
        "tie_word_embeddings": True,
        "bos_token_id": begin,
        "eos_token_id": end,
    }


def tokenizer(metadata, special, begin):
    tokens = metadata["tokenizer.ggml.tokens"]
    flags = {"single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": True}
    byte_level = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": True}
    first = {"SpecialToken": {"id": tokens[begin], "type_id": 0}}
    return {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [{"id": id, "content": tokens[id], **flags} for id in special],
        "normalizer": None,
        "pre_tokenizer": byte_level,
        "post_processor": {
            "type": "TemplateProcessing",
            "single": [first, {"Sequence": {"id": "A", "type_id": 0}}],
            "pair": [first, {"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 1}}],
            "special_tokens": {tokens[begin]: {"id": tokens[begin], "ids": [begin], "tokens": [tokens[begin]]}},
        },
        "decoder": byte_level,
        "model": {
            "type": "BPE",
            "dropout": None,
            "unk_token": None,
            "continuing_subword_prefix": "",
            "end_of_word_suffix": "",
            "fuse_unk": False,
            "byte_fallback": False,
            "vocab": {token: id for id, token in enumerate(tokens)},
            "merges": metadata["tokenizer.ggml.merges"],
        },
    }


def write_json(name, value):
    (HERE / name).write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--gguf", type=Path, default=HERE.parent / "tiny-stories/model.gguf")
    metadata, tensors = read_gguf(parser.parse_args().gguf)
    shape = shape_of(metadata)
    begin, end = (metadata[f"tokenizer.ggml.{which}_token_id"] for which in ("bos", "eos"))
    tokens, control = metadata["tokenizer.ggml.tokens"], 3
    special = [id for id, kind in enumerate(metadata["tokenizer.ggml.token_type"]) if kind == control]
    (HERE / "onnx").mkdir(exist_ok=True)
    model = decoder(shape, tensors)
    onnx.checker.check_model(model)
    onnx.save(model, str(HERE / "onnx/model_fp16.onnx"))
    write_json("config.json", config(shape, begin, end))
    write_json("generation_config.json", {"bos_token_id": begin, "eos_token_id": end, "max_length": shape["context"]})
    write_json("tokenizer.json", tokenizer(metadata, special, begin))
    write_json("tokenizer_config.json", {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "model_max_length": shape["context"],
        "clean_up_tokenization_spaces": False,
        "bos_token": tokens[begin],
        "eos_token": tokens[end],
        "chat_template": metadata["tokenizer.chat_template"],
    })


if __name__ == "__main__":
    main()
