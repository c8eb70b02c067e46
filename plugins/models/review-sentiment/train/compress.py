"""Smaller variants of an ONNX model: weights of 8 bits, and weights of half precision.

Activations stay float32 in both. `DynamicQuantizeLinear`, the other way to 8 bits, scales the activations of a whole batch
together, so that a text's answer depends on its neighbours; `MatMulNBits` does not.
"""
import numpy
from onnx import TensorProto, helper, numpy_helper

BLOCK = 32
BITS = 8
ZERO_POINT = 2 ** (BITS - 1)
INT8_ACCURACY = 4
SMALL = 1024
CONTRIBUTED = 'com.microsoft'


def initializers_of(graph):
    """Return the weights by name."""
    return {tensor.name: tensor for tensor in graph.initializer}


def replace_nodes(graph, replace):
    """Put what `replace` returns in the place of each node; None keeps it."""
    nodes = []
    for node in graph.node:
        nodes.extend(replace(node) or [node])
    del graph.node[:]
    graph.node.extend(nodes)


def drop_unused(graph):
    """Remove weights that no node reads any more."""
    used = {name for node in graph.node for name in node.input}
    kept = [tensor for tensor in graph.initializer if tensor.name in used]
    del graph.initializer[:]
    graph.initializer.extend(kept)


def quantize_blocks(weights):
    """Quantise [inputs, outputs] in blocks of 32 inputs: bytes [outputs, blocks, 32] and a scale for each block."""
    rows = weights.T.reshape(weights.shape[1], -1, BLOCK)
    scales = numpy.abs(rows).max(axis=2) / (ZERO_POINT - 1)
    scales[scales == 0] = 1
    quantized = numpy.rint(rows / scales[:, :, None]) + ZERO_POINT
    return quantized.astype(numpy.uint8), scales.astype(numpy.float32)


def quantize_rows(table):
    """Quantise each row of an embedding table by its largest value."""
    scales = numpy.abs(table).max(axis=1, keepdims=True) / (ZERO_POINT - 1)
    scales[scales == 0] = 1
    return numpy.rint(table / scales).astype(numpy.int8), scales.astype(numpy.float32)


def to_8_bits(model):
    """Quantise every matrix that a MatMul multiplies by, and every embedding table, in place."""
    graph = model.graph
    weights = initializers_of(graph)

    def add(name, array):
        graph.initializer.append(numpy_helper.from_array(array, name))
        return name

    def replace(node):
        if node.op_type == 'MatMul' and node.input[1] in weights:
            array = numpy_helper.to_array(weights[node.input[1]])
            if array.ndim != 2 or array.shape[0] % BLOCK != 0:
                return None
            quantized, scales = quantize_blocks(array)
            inputs = [node.input[0], add(f'{node.name}.bytes', quantized), add(f'{node.name}.scales', scales)]
            return [helper.make_node('MatMulNBits', inputs, node.output, name=node.name, domain=CONTRIBUTED, K=array.shape[0],
                                     N=array.shape[1], bits=BITS, block_size=BLOCK, accuracy_level=INT8_ACCURACY)]
        if node.op_type == 'Gather' and node.input[0] in weights:
            array = numpy_helper.to_array(weights[node.input[0]])
            if array.ndim != 2 or array.size < SMALL:
                return None
            quantized, scales = quantize_rows(array)
            name, ids = node.name, node.input[1]
            return [
                helper.make_node('Gather', [add(f'{name}.bytes', quantized), ids], [f'{name}.row'], name=f'{name}.row'),
                helper.make_node('Gather', [add(f'{name}.scales', scales), ids], [f'{name}.scale'], name=f'{name}.scale'),
                helper.make_node('Cast', [f'{name}.row'], [f'{name}.float'], name=f'{name}.float', to=TensorProto.FLOAT),
                helper.make_node('Mul', [f'{name}.float', f'{name}.scale'], node.output, name=name),
            ]
        return None

    replace_nodes(graph, replace)
    drop_unused(graph)
    model.opset_import.append(helper.make_opsetid(CONTRIBUTED, 1))
    return model


def to_half(model):
    """Store large weights as float16, in place; each is cast back before it is used, so results differ by rounding alone."""
    graph = model.graph
    for index, tensor in enumerate(list(graph.initializer)):
        if tensor.data_type != TensorProto.FLOAT or numpy.prod(tensor.dims) < SMALL:
            continue
        array = numpy_helper.to_array(tensor).astype(numpy.float16)
        half = f'{tensor.name}.half'
        graph.node.insert(0, helper.make_node('Cast', [half], [tensor.name], name=f'{half}.cast.{index}', to=TensorProto.FLOAT))
        graph.initializer.remove(tensor)
        graph.initializer.append(numpy_helper.from_array(array, half))
    return model
