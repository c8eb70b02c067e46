#!/usr/bin/env python3
"""Write model.onnx and vocabulary.txt of the package from trained weights.

    python3 export.py --trained trained --package ..
"""
import argparse
import pathlib
import shutil
import sys

import numpy
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper

from lstm_graph import constant, lstm_nodes, shape_of, tensor_info, weights_of
from network import HIDDEN, LABELS, LENGTH, MASKED, Network

sys.path.append(str(pathlib.Path(__file__).resolve().parents[2] / 'review-sentiment/train'))
from compress import quantize_rows, to_half  # noqa: E402

OPSET = 14


def parse_arguments():
    """Return the command line's options."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--trained', type=pathlib.Path, default=pathlib.Path('trained'))
    parser.add_argument('--package', type=pathlib.Path, required=True)
    return parser.parse_args()


def build(network):
    """Return the network as ONNX: int64 ids [N, length] to probabilities [N, 2]. Word vectors have 8 bits, one scale a row."""
    rows, scales = quantize_rows(network.words.weight.detach().numpy())
    nodes = [
        helper.make_node('Gather', ['words', 'ids'], ['vectors.bytes']),
        helper.make_node('Gather', ['words.scales', 'ids'], ['vectors.scales']),
        helper.make_node('Cast', ['vectors.bytes'], ['vectors.float'], to=TensorProto.FLOAT),
        helper.make_node('Mul', ['vectors.float', 'vectors.scales'], ['vectors']),
        helper.make_node('Cast', ['ids'], ['present'], to=TensorProto.BOOL),
        helper.make_node('Cast', ['present'], ['counted'], to=TensorProto.INT32),
        helper.make_node('ReduceSum', ['counted', 'axis.length'], ['lengths'], keepdims=0),
        *lstm_nodes('lstm', 'vectors', 'lengths', 'states', HIDDEN),
        helper.make_node('Unsqueeze', ['present', 'axis.last'], ['mask']),
        helper.make_node('Where', ['mask', 'states', 'masked'], ['unpadded']),
        helper.make_node('ReduceMax', ['unpadded'], ['largest'], axes=[1], keepdims=0),
        helper.make_node('ReduceSum', ['states', 'axis.length'], ['sum'], keepdims=0),
        helper.make_node('Cast', ['lengths'], ['lengths.float'], to=TensorProto.FLOAT),
        helper.make_node('Unsqueeze', ['lengths.float', 'axis.length'], ['lengths.column']),
        helper.make_node('Div', ['sum', 'lengths.column'], ['usual']),
        helper.make_node('Concat', ['largest', 'usual'], ['pooled'], axis=1),
        helper.make_node('Gemm', ['pooled', 'head.weight', 'head.bias'], ['logits'], transB=1),
        helper.make_node('Softmax', ['logits'], ['probabilities'], axis=1),
    ]
    weights = [
        numpy_helper.from_array(rows, 'words'), numpy_helper.from_array(scales, 'words.scales'),
        *weights_of(network.lstm, 'lstm'), shape_of('lstm', HIDDEN), constant('axis.length', 1), constant('axis.last', 2),
        constant('masked', MASKED, dtype=numpy.float32),
        numpy_helper.from_array(network.head.weight.detach().numpy(), 'head.weight'),
        numpy_helper.from_array(network.head.bias.detach().numpy(), 'head.bias'),
    ]
    graph = helper.make_graph(
        nodes, 'movie-sentiment', [tensor_info('ids', 'int64', ['N', LENGTH])], [tensor_info('probabilities', 'float32', ['N', len(LABELS)])], weights)
    return helper.make_model(graph, producer_name='steelyard', ir_version=8, opset_imports=[helper.make_opsetid('', OPSET)])


def main():
    """Build, store the large weights in half precision, write."""
    options = parse_arguments()
    vocabulary = (options.trained / 'vocabulary.txt').read_text(encoding='utf8').splitlines()
    network = Network(len(vocabulary) + 2)
    network.load_state_dict(torch.load(options.trained / 'network.pt'))
    network.eval()
    model = to_half(build(network))
    onnx.checker.check_model(model)
    onnx.save(model, str(options.package / 'model.onnx'))
    shutil.copyfile(options.trained / 'vocabulary.txt', options.package / 'vocabulary.txt')


if __name__ == '__main__':
    main()
