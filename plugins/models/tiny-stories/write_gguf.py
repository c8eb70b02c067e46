"""Writes a checkpoint of train.py as GGUF version 3 (architecture llama, float16), and what the tokenizer makes of some texts.

    python3 write_gguf.py --checkpoint checkpoint.pt --output model.gguf --tokens tokens.json

Format: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
"""

import argparse
import json
import struct

import torch

from tokenizer import BEGIN, END, SPECIAL, Tokenizer

UINT32, FLOAT32, BOOL, STRING, ARRAY, INT32 = 4, 6, 7, 8, 9, 5
NORMAL, CONTROL = 1, 3
F32, F16 = 0, 1
ALIGNMENT = 32
CHAT_TEMPLATE = (
    "{{ bos_token }}{% for message in messages %}"
    "{% if message.role == 'user' %}{{ '<|user|>' + message.content }}"
    "{% elif message.role == 'assistant' %}{{ '<|assistant|>' + message.content + eos_token }}"
    "{% else %}{{ raise_exception('this model was trained without system messages') }}{% endif %}"
    "{% endfor %}{% if add_generation_prompt %}{{ '<|assistant|>' }}{% endif %}"
)
PROBES = [
    "Once upon a time there was a fox named Milo.",
    "Tell me a story about an owl and a kite.",
    "\"I don't know,\" said Zoe. 12 apples!  Two  spaces\nand a line.",
    "Grüße aus Köln, 東京 and a 🦊.",
    " leading and trailing ",
]


def packed_string(text):
    data = text.encode()
    return struct.pack("<Q", len(data)) + data


PACK = {
    UINT32: lambda value: struct.pack("<I", value),
    INT32: lambda value: struct.pack("<i", value),
    FLOAT32: lambda value: struct.pack("<f", value),
    BOOL: lambda value: struct.pack("<?", value),
    STRING: packed_string,
}


def entry(key, kind, value):
    if isinstance(value, list):
        return packed_string(key) + struct.pack("<IIQ", ARRAY, kind, len(value)) + b"".join(map(PACK[kind], value))
    return packed_string(key) + struct.pack("<I", kind) + PACK[kind](value)


def metadata(shape, tokenizer):
    vocabulary = tokenizer.vocabulary
    return [
        entry("general.architecture", STRING, "llama"),
        entry("general.name", STRING, "tiny-stories"),
        entry("general.license", STRING, "apache-2.0"),
        entry("general.file_type", UINT32, 1),
        entry("general.alignment", UINT32, ALIGNMENT),
        entry("llama.vocab_size", UINT32, len(vocabulary)),
        entry("llama.context_length", UINT32, shape["context"]),
        entry("llama.embedding_length", UINT32, shape["width"]),
        entry("llama.block_count", UINT32, shape["layers"]),
        entry("llama.feed_forward_length", UINT32, shape["inner"]),
        entry("llama.attention.head_count", UINT32, shape["heads"]),
        entry("llama.attention.head_count_kv", UINT32, shape["heads"]),
        entry("llama.attention.layer_norm_rms_epsilon", FLOAT32, shape["epsilon"]),
        entry("llama.rope.dimension_count", UINT32, shape["width"] // shape["heads"]),
        entry("llama.rope.freq_base", FLOAT32, shape["rope_base"]),
        entry("tokenizer.ggml.model", STRING, "gpt2"),
        entry("tokenizer.ggml.pre", STRING, "gpt-2"),
        entry("tokenizer.ggml.tokens", STRING, vocabulary),
        entry("tokenizer.ggml.token_type", INT32, [CONTROL] * len(SPECIAL) + [NORMAL] * (len(vocabulary) - len(SPECIAL))),
        entry("tokenizer.ggml.merges", STRING, [" ".join(pair) for pair in tokenizer.merges]),
        entry("tokenizer.ggml.bos_token_id", UINT32, BEGIN),
        entry("tokenizer.ggml.eos_token_id", UINT32, END),
        entry("tokenizer.ggml.add_bos_token", BOOL, True),
        entry("tokenizer.ggml.add_eos_token", BOOL, False),
        entry("tokenizer.chat_template", STRING, CHAT_TEMPLATE),
    ]


def padded(data):
    return data + b"\0" * (-len(data) % ALIGNMENT)


def write(path, checkpoint, tokenizer):
    entries = metadata(checkpoint["shape"], tokenizer)
    infos, blobs, offset = [], [], 0
    for name, tensor in checkpoint["weights"].items():
        kind = F32 if tensor.dim() == 1 else F16
        data = padded(tensor.to(torch.float32 if kind == F32 else torch.float16).numpy().tobytes())
        # Dimensions are written with the fastest first.
        dims = tuple(reversed(tensor.shape))
        infos.append(packed_string(name) + struct.pack(f"<I{len(dims)}QIQ", len(dims), *dims, kind, offset))
        blobs.append(data)
        offset += len(data)
    head = b"GGUF" + struct.pack("<IQQ", 3, len(infos), len(entries)) + b"".join(entries) + b"".join(infos)
    with open(path, "wb") as file:
        file.write(padded(head) + b"".join(blobs))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--checkpoint", required=True)
    parser.add_argument("--output", default="model.gguf")
    parser.add_argument("--tokens", default="tokens.json")
    options = parser.parse_args()
    checkpoint = torch.load(options.checkpoint)
    tokenizer = Tokenizer([tuple(pair) for pair in checkpoint["merges"]])
    write(options.output, checkpoint, tokenizer)
    with open(options.tokens, "w", encoding="utf-8") as file:
        json.dump([{"text": text, "tokens": tokenizer.encode(text)} for text in PROBES], file, ensure_ascii=False, indent=1)
        file.write("\n")


if __name__ == "__main__":
    main()
