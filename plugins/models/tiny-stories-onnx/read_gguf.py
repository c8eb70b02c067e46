"""Reads what write_gguf.py of tiny-stories wrote: metadata and tensors of a GGUF file, version 3.

Format: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
"""

import struct

import numpy

FORMATS = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}
STRING, ARRAY = 8, 9
TENSOR_TYPES = {0: numpy.float32, 1: numpy.float16}


class Reader:
    def __init__(self, data):
        self.data, self.at = data, 0

    def take(self, format):
        (value,) = struct.unpack_from("<" + format, self.data, self.at)
        self.at += struct.calcsize("<" + format)
        return value

    def text(self):
        length = self.take("Q")
        self.at += length
        return self.data[self.at - length : self.at].decode()

    def value(self, kind):
        if kind == STRING:
            return self.text()
        if kind == ARRAY:
            inner, count = self.take("I"), self.take("Q")
            return [self.value(inner) for _ in range(count)]
        return self.take(FORMATS[kind])


def read_gguf(path):
    """Gives metadata by key, and tensors by name, rows first."""
    reader = Reader(path.read_bytes())
    if reader.data[:4] != b"GGUF" or struct.unpack_from("<I", reader.data, 4) != (3,):
        raise SystemExit(f"{path} is no GGUF file of version 3")
    reader.at = 8
    tensor_count, entry_count = reader.take("Q"), reader.take("Q")
    metadata = {}
    for _ in range(entry_count):
        key = reader.text()
        metadata[key] = reader.value(reader.take("I"))
    infos = []
    for _ in range(tensor_count):
        name, rank = reader.text(), reader.take("I")
        shape = [reader.take("Q") for _ in range(rank)][::-1]
        infos.append((name, shape, TENSOR_TYPES[reader.take("I")], reader.take("Q")))
    alignment = metadata["general.alignment"]
    start = -(-reader.at // alignment) * alignment
    tensors = {
        name: numpy.frombuffer(reader.data, kind, int(numpy.prod(shape)), start + offset).reshape(shape) for name, shape, kind, offset in infos
    }
    return metadata, tensors
