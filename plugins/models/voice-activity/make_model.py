#!/usr/bin/env python3
"""Make model.onnx of this package from the published Silero VAD network.

    python3 make_model.py --silero <silero_vad_v6.onnx> --output model.onnx

The published file hears 512 samples a call, with the 64 before them and the state of its recurrent
layer carried by the caller, at 8 or 16 kHz. This one hears a whole recording of 16 kHz in one run:
frames [T, 512] in, probabilities [T] out. The layers before the recurrent one see each frame by
itself, so they take all frames as a batch; the recurrent one takes them as a sequence. Weights are
taken as they are; nothing is random. `compare.mjs` holds the two against each other.
"""
import argparse
import pathlib

import numpy
import onnx
from onnx import TensorProto, helper, numpy_helper

FRAME = 512
CONTEXT = 64
STFT_BINS = 129
HIDDEN = 128
ONNX_OPSET = 16
GATES_TORCH = 'ifgo'
GATES_ONNX = 'iofg'


def parse_arguments():
    """Return the command line's options."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--silero', type=pathlib.Path, required=True, help='the published silero_vad_v6.onnx')
    parser.add_argument('--output', type=pathlib.Path, default=pathlib.Path('model.onnx'))
    return parser.parse_args()


def attributes_of(node):
    """Return a node's attributes by name."""
    return {attribute.name: helper.get_attribute_value(attribute) for attribute in node.attribute}


def branch_for_16_khz(model):
    """Return the graph that the published model runs where `sr` is 16000."""
    choice = next(node for node in model.graph.node if node.op_type == 'If')
    return attributes_of(choice)['then_branch']


class Published:
    """Weights and convolutions of the published graph, by the ends of their names."""

    def __init__(self, graph):
        self.weights = {
            node.output[0]: numpy_helper.to_array(attributes_of(node)['value'])
            for node in graph.node if node.op_type == 'Constant' and 'value' in attributes_of(node)
        }
        self.convolutions = [node for node in graph.node if node.op_type == 'Conv']

    def weight(self, ending):
        """Return the one weight whose name ends so."""
        found = [value for name, value in self.weights.items() if name.endswith('__' + ending)]
        if len(found) != 1:
            raise ValueError(f'{len(found)} weights end in {ending}')
        return found[0]

    def convolution(self, ending):
        """Return pads and strides of the convolution with this weight."""
        node = next(node for node in self.convolutions if node.input[1].endswith('__' + ending))
        return {name: value for name, value in attributes_of(node).items() if name in ('pads', 'strides')}


class Graph:
    """Nodes and weights as they are added."""

    def __init__(self):
        self.nodes = []
        self.initializers = []

    def constant(self, name, values, dtype=numpy.float32):
        """Add a weight and return its name."""
        self.initializers.append(numpy_helper.from_array(numpy.ascontiguousarray(values, dtype=dtype), name))
        return name

    def add(self, kind, inputs, output, **attributes):
        """Add a node with one output and return that."""
        self.nodes.append(helper.make_node(kind, inputs, [output], name=output, **attributes))
        return output


def with_context(graph, frames):
    """Put before each frame the end of the one before it, before the first silence."""
    first = graph.constant('silence', numpy.zeros((1, CONTEXT)))
    starts = graph.constant('context_from', [0, FRAME - CONTEXT], numpy.int64)
    ends = graph.constant('context_to', [-1, FRAME], numpy.int64)
    axes = graph.constant('context_axes', [0, 1], numpy.int64)
    earlier = graph.add('Slice', [frames, starts, ends, axes], 'earlier')
    contexts = graph.add('Concat', [first, earlier], 'contexts', axis=0)
    return graph.add('Concat', [contexts, frames], 'heard', axis=1)


def spectrum(graph, published, heard):
    """Give the magnitudes [T, 129, 4] of the short-time Fourier transform, which is a convolution."""
    pads = graph.constant('mirror', [0, 0, 0, CONTEXT], numpy.int64)
    mirrored = graph.add('Pad', [heard, pads], 'mirrored', mode='reflect')
    one_channel = graph.add('Unsqueeze', [mirrored, graph.constant('channel_axis', [1], numpy.int64)], 'one_channel')
    basis = graph.constant('stft', published.weight('stft.forward_basis_buffer'))
    both = graph.add('Conv', [one_channel, basis], 'parts', **published.convolution('stft.forward_basis_buffer'))
    squares = graph.add('Mul', [both, both], 'squares')
    sizes = graph.constant('halves', [STFT_BINS, STFT_BINS], numpy.int64)
    graph.nodes.append(helper.make_node('Split', [squares, sizes], ['real', 'imaginary'], name='split', axis=1))
    return graph.add('Sqrt', [graph.add('Add', ['real', 'imaginary'], 'powers')], 'magnitudes')


def encode(graph, published, features):
    """Give each frame's features [T, 128, 1] by four convolutions."""
    for layer in range(4):
        name = f'encoder.{layer}.reparam_conv'
        weights = [graph.constant(f'{name}.{part}', published.weight(f'{name}.{part}')) for part in ('weight', 'bias')]
        features = graph.add('Conv', [features, *weights], f'conv_{layer}', **published.convolution(f'{name}.weight'))
        features = graph.add('Relu', [features], f'relu_{layer}')
    return features


def onnx_gates(rows):
    """Turn rows in torch's order of gates into ONNX's."""
    parts = dict(zip(GATES_TORCH, numpy.split(rows, 4)))
    return numpy.concatenate([parts[gate] for gate in GATES_ONNX])


def remember(graph, published, features):
    """Give the recurrent layer's states [T, 128, 1], over all frames in order."""
    # [T, 128, 1] to [T, one recording, 128], as a sequence has it.
    sequence = graph.add('Transpose', [features], 'sequence', perm=[0, 2, 1])
    part = {name: onnx_gates(published.weight(f'decoder.rnn.{name}')) for name in ('weight_ih', 'weight_hh', 'bias_ih', 'bias_hh')}
    weights = [
        graph.constant('lstm.input', part['weight_ih'][None]),
        graph.constant('lstm.state', part['weight_hh'][None]),
        graph.constant('lstm.bias', numpy.concatenate([part['bias_ih'], part['bias_hh']])[None]),
    ]
    states = graph.add('LSTM', [sequence, *weights], 'states', hidden_size=HIDDEN)
    # [T, one direction, one recording, 128].
    single = graph.add('Squeeze', [states, graph.constant('direction_axis', [1], numpy.int64)], 'single')
    return graph.add('Transpose', [single], 'remembered', perm=[0, 2, 1])


def judge(graph, published, states):
    """Give the probability [T] of speech."""
    heard = graph.add('Relu', [states], 'relu_states')
    weights = [graph.constant(f'decoder.{part}', published.weight(f'decoder.decoder.2.{part}')) for part in ('weight', 'bias')]
    logits = graph.add('Conv', [heard, *weights], 'logits')
    chances = graph.add('Sigmoid', [logits], 'chances')
    return graph.add('Squeeze', [chances, graph.constant('inner_axes', [1, 2], numpy.int64)], 'probabilities')


def build(published):
    """Return the model."""
    graph = Graph()
    features = encode(graph, published, spectrum(graph, published, with_context(graph, 'frames')))
    judge(graph, published, remember(graph, published, features))
    frames = helper.make_tensor_value_info('frames', TensorProto.FLOAT, ['T', FRAME])
    probabilities = helper.make_tensor_value_info('probabilities', TensorProto.FLOAT, ['T'])
    whole = helper.make_graph(graph.nodes, 'silero_vad', [frames], [probabilities], graph.initializers)
    return helper.make_model(whole, opset_imports=[helper.make_opsetid('', ONNX_OPSET)], ir_version=8, producer_name='steelyard')


def main():
    """Read the published model and write this package's."""
    arguments = parse_arguments()
    model = build(Published(branch_for_16_khz(onnx.load(arguments.silero))))
    onnx.checker.check_model(model)
    onnx.save(model, str(arguments.output))
    print(f'{arguments.output}: {arguments.output.stat().st_size} bytes')


if __name__ == '__main__':
    main()
