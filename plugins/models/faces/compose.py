#!/usr/bin/env python3
"""Write the face detector of this package: BlazeFace, followed by what turns its raw numbers into boxes.

    node fetch.mjs && python3 compose.py

BlazeFace answers for 896 anchors, points on two grids, each with a raw score and 16 offsets in pixels of
its 128x128 input: a box's centre and size, then six keypoints. The nodes added here make of that
one tensor [1, 896, 18] with x0, y0, x1, y1, score, class, and x and y of each keypoint, in shares of the input.
Nothing is random: the same file comes out each time.
"""
import argparse
import pathlib

import numpy
import onnx
from onnx import TensorProto, helper, numpy_helper

PACKAGE = pathlib.Path(__file__).resolve().parent
SIZE = 128
# Cells on a side of a grid, anchors in each cell: as in MediaPipe's options for the short range.
GRIDS = [(16, 2), (8, 6)]
KEYPOINT_COUNT = 6
COLUMN_COUNT = 6 + 2 * KEYPOINT_COUNT


def parse_arguments():
    """Return the command line's options."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--source', type=pathlib.Path, default=PACKAGE / 'face_detection_front_128x128_barracuda.onnx')
    parser.add_argument('--output', type=pathlib.Path, default=PACKAGE / 'model.onnx')
    return parser.parse_args()


def anchors():
    """Return the anchors' places as float32 [1,896,2]: the middles of cells, x before y, in shares of the input."""
    places = [
        ((column + 0.5) / side, (row + 0.5) / side)
        for side, count in GRIDS
        for row in range(side)
        for column in range(side)
        for _ in range(count)
    ]
    return numpy.array([places], dtype=numpy.float32)


def decoding(scores, offsets):
    """Return the nodes and constants that make `faces` of the names of two score and two offset tensors."""
    places = anchors()
    constants = {
        'size': numpy.array(SIZE, dtype=numpy.float32),
        'half': numpy.array(0.5, dtype=numpy.float32),
        'anchors': places,
        'anchors_of_keypoints': numpy.tile(places, (1, 1, KEYPOINT_COUNT)),
        'classes': numpy.zeros((1, places.shape[1], 1), dtype=numpy.float32),
    }
    nodes = [
        helper.make_node('Concat', scores, ['logits'], axis=1),
        helper.make_node('Sigmoid', ['logits'], ['scores']),
        helper.make_node('Concat', offsets, ['offset_pixels'], axis=1),
        helper.make_node('Div', ['offset_pixels', 'size'], ['offsets']),
        helper.make_node('Split', ['offsets'], ['centre_offsets', 'extents', 'keypoint_offsets'], axis=2, split=[2, 2, 2 * KEYPOINT_COUNT]),
        helper.make_node('Add', ['centre_offsets', 'anchors'], ['centres']),
        helper.make_node('Mul', ['extents', 'half'], ['half_extents']),
        helper.make_node('Sub', ['centres', 'half_extents'], ['upper_left']),
        helper.make_node('Add', ['centres', 'half_extents'], ['lower_right']),
        helper.make_node('Add', ['keypoint_offsets', 'anchors_of_keypoints'], ['keypoints']),
        helper.make_node('Concat', ['upper_left', 'lower_right', 'scores', 'classes', 'keypoints'], ['faces'], axis=2),
    ]
    return nodes, [numpy_helper.from_array(value, name) for name, value in constants.items()]


def compose(source):
    """Return `source` with its input named `image` and the one output `faces` in place of its four."""
    model = onnx.load(source)
    graph = model.graph
    names = [output.name for output in graph.output]
    nodes, constants = decoding(scores=names[:2], offsets=names[2:])
    raw_input = graph.input[0].name
    for node in graph.node:
        node.input[:] = ['image' if name == raw_input else name for name in node.input]
    graph.input[0].name = 'image'
    graph.node.extend(nodes)
    graph.initializer.extend(constants)
    del graph.output[:]
    graph.output.append(helper.make_tensor_value_info('faces', TensorProto.FLOAT, [1, anchors().shape[1], COLUMN_COUNT]))
    onnx.checker.check_model(model, full_check=True)
    return model


if __name__ == '__main__':
    arguments = parse_arguments()
    onnx.save(compose(arguments.source), arguments.output)
    print(f'{arguments.output}: {arguments.output.stat().st_size} bytes')
