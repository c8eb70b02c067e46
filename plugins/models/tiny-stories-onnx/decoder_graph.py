"""The llama architecture as an ONNX graph with a cache, with the inputs and outputs that exports for Transformers.js have.

Weights stay float16 and are cast once, when a session is made; everything is computed in float32.
"""

import numpy
from onnx import TensorProto, helper, numpy_helper

OPSET, IR_VERSION = 17, 8
FLOAT, INT64 = TensorProto.FLOAT, TensorProto.INT64


class Graph:
    def __init__(self):
        self.nodes, self.initializers, self.names = [], [], set()

    def constant(self, name, value):
        if name not in self.names:
            self.names.add(name)
            self.initializers.append(numpy_helper.from_array(numpy.ascontiguousarray(value), name))
        return name

    def ints(self, *values):
        return self.constant("ints_" + "_".join(map(str, values)), numpy.array(values, numpy.int64))

    def int(self, value):
        return self.constant(f"int_{value}", numpy.array(value, numpy.int64))

    def weight(self, name, value):
        return self.op("Cast", self.constant(name, value), to=FLOAT)

    def op(self, kind, *inputs, output=None, **attributes):
        output = output or f"{kind}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, inputs, [output], **attributes))
        return output

    def size(self, tensor, axis):
        return self.op("Gather", self.op("Shape", tensor), self.int(axis))

    def part(self, tensor, start, end):
        """Of the last axis."""
        return self.op("Slice", tensor, self.ints(start), self.ints(end), self.ints(-1))


def to_halves(weight, heads):
    """llama.cpp turns neighbours, Hugging Face the halves of a head: even rows first, then odd ones."""
    return weight.reshape(heads, -1, 2, weight.shape[1]).swapaxes(1, 2).reshape(weight.shape)


def norm(graph, x, name, tensors, epsilon):
    mean = graph.op("ReduceMean", graph.op("Mul", x, x), axes=[-1], keepdims=1)
    root = graph.op("Sqrt", graph.op("Add", mean, graph.constant("epsilon", numpy.float32(epsilon))))
    return graph.op("Mul", graph.op("Div", x, root), graph.constant(name, tensors[name]))


def linear(graph, x, name, weight):
    return graph.op("MatMul", x, graph.weight(name, weight.T))


def rope_tables(graph, shape):
    """Cosines and sines of the positions asked for, for all heads."""
    size = shape["width"] // shape["heads"]
    angles = numpy.arange(shape["context"])[:, None] * shape["rope_base"] ** (-numpy.arange(0, size, 2) / size)[None]
    tables = [graph.constant(name, of(angles).astype(numpy.float32)) for name, of in (("cosines", numpy.cos), ("sines", numpy.sin))]
    return [graph.op("Unsqueeze", graph.op("Gather", table, "position_ids"), graph.ints(1)) for table in tables]


def rotate(graph, x, tables, half):
    cos, sin = tables
    first, second = graph.part(x, 0, half), graph.part(x, half, 2 * half)
    turned = graph.op("Sub", graph.op("Mul", first, cos), graph.op("Mul", second, sin))
    other = graph.op("Add", graph.op("Mul", second, cos), graph.op("Mul", first, sin))
    return graph.op("Concat", turned, other, axis=-1)


def attention_allowed(graph):
    """What a token may look at: nothing after itself, nothing that the mask leaves out. Shape: batch, 1, new tokens, all tokens."""
    total, new = graph.size("attention_mask", 1), graph.size("input_ids", 1)
    keys = graph.op("Range", graph.int(0), total, graph.int(1))
    queries = graph.op("Unsqueeze", graph.op("Range", graph.op("Sub", total, new), total, graph.int(1)), graph.ints(1))
    before = graph.op("GreaterOrEqual", queries, keys)
    kept = graph.op("Unsqueeze", graph.op("Cast", "attention_mask", to=TensorProto.BOOL), graph.ints(1, 2))
    return graph.op("And", before, kept)


def attention(graph, x, layer, context):
    shape, tensors = context["shape"], context["tensors"]
    heads, size = shape["heads"], shape["width"] // shape["heads"]
    name = f"blk.{layer}.attn"

    def project(part, weight):
        split = graph.op("Reshape", linear(graph, x, f"{name}_{part}.weight", weight), graph.ints(0, 0, heads, size))
        return graph.op("Transpose", split, perm=[0, 2, 1, 3])

    q, k = (rotate(graph, project(part, to_halves(tensors[f"{name}_{part}.weight"], heads)), context["tables"], size // 2) for part in "qk")
    v = project("v", tensors[f"{name}_v.weight"])
    keys = graph.op("Concat", f"past_key_values.{layer}.key", k, axis=2, output=f"present.{layer}.key")
    values = graph.op("Concat", f"past_key_values.{layer}.value", v, axis=2, output=f"present.{layer}.value")
    scores = graph.op("MatMul", q, graph.op("Transpose", keys, perm=[0, 1, 3, 2]))
    scaled = graph.op("Mul", scores, graph.constant("scale", numpy.float32(size**-0.5)))
    masked = graph.op("Where", context["allowed"], scaled, graph.constant("lowest", numpy.finfo(numpy.float32).min))
    mixed = graph.op("MatMul", graph.op("Softmax", masked, axis=-1), values)
    joined = graph.op("Reshape", graph.op("Transpose", mixed, perm=[0, 2, 1, 3]), graph.ints(0, 0, shape["width"]))
    return linear(graph, joined, f"{name}_output.weight", tensors[f"{name}_output.weight"])


def feed_forward(graph, x, layer, tensors):
    gate, up, down = (f"blk.{layer}.ffn_{part}.weight" for part in ("gate", "up", "down"))
    gated = linear(graph, x, gate, tensors[gate])
    inner = graph.op("Mul", graph.op("Mul", gated, graph.op("Sigmoid", gated)), linear(graph, x, up, tensors[up]))
    return linear(graph, inner, down, tensors[down])


def decoder(shape, tensors):
    """A ModelProto: logits of every token that is new, and the cache with them."""
    graph = Graph()
    context = {"shape": shape, "tensors": tensors, "tables": rope_tables(graph, shape), "allowed": attention_allowed(graph)}
    embeddings = graph.weight("token_embd.weight", tensors["token_embd.weight"])
    x = graph.op("Gather", embeddings, "input_ids")
    for layer in range(shape["layers"]):
        h = norm(graph, x, f"blk.{layer}.attn_norm.weight", tensors, shape["epsilon"])
        x = graph.op("Add", x, attention(graph, h, layer, context))
        h = norm(graph, x, f"blk.{layer}.ffn_norm.weight", tensors, shape["epsilon"])
        x = graph.op("Add", x, feed_forward(graph, h, layer, tensors))
    last = norm(graph, x, "output_norm.weight", tensors, shape["epsilon"])
    graph.op("MatMul", last, graph.op("Transpose", embeddings, perm=[1, 0]), output="logits")
    made = helper.make_graph(graph.nodes, "tiny-stories", *values(shape), graph.initializers)
    return helper.make_model(made, producer_name="tiny-stories", ir_version=IR_VERSION, opset_imports=[helper.make_opsetid("", OPSET)])


def values(shape):
    """What goes in and what comes out, named as in exports of Hugging Face."""
    new, total = ["batch_size", "sequence_length"], ["batch_size", "total_sequence_length"]
    heads, size = shape["heads"], shape["width"] // shape["heads"]

    def cache(prefix, length):
        names = [f"{prefix}.{layer}.{part}" for layer in range(shape["layers"]) for part in ("key", "value")]
        return [helper.make_tensor_value_info(name, FLOAT, ["batch_size", heads, length, size]) for name in names]

    ids = [helper.make_tensor_value_info(name, INT64, dims) for name, dims in (("input_ids", new), ("attention_mask", total), ("position_ids", new))]
    logits = helper.make_tensor_value_info("logits", FLOAT, [*new, shape["vocabulary"]])
    return [*ids, *cache("past_key_values", "past_sequence_length")], [logits, *cache("present", "total_sequence_length")]
