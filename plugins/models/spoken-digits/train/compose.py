"""Puts Google's speech embedding, as openWakeWord converted it, behind its spectrogram: 1.5 seconds in, a row of embeddings out."""
import numpy
import onnx
from onnx import TensorProto, compose, helper, numpy_helper

RATE = 16_000
LENGTH = RATE * 3 // 2
MEL_BANDS = 32
# Of the spectrogram: 25 ms every 10 ms, of which the embedding takes 76 at a time, every eighth.
WINDOW, STEP = 76, 8
MEL_FRAMES = (LENGTH - 512) // 160 + 1
WINDOWS = (MEL_FRAMES - WINDOW) // STEP + 1
EMBEDDING = 96
OPSET = 13


def constant(name, values, dtype):
    """Return a weight."""
    return numpy_helper.from_array(numpy.asarray(values, dtype), name)


def embedding_graph(folder):
    """Return the model `samples` [24000], -1 to 1, to `embeddings` [9, 96]."""
    spectrogram = compose.add_prefix(onnx.load(folder / 'melspectrogram.onnx'), 'mel/').graph
    network = compose.add_prefix(onnx.load(folder / 'embedding_model.onnx'), 'embedding/').graph
    windows = numpy.arange(WINDOWS)[:, None] * STEP + numpy.arange(WINDOW)
    before = [
        # Samples as 16-bit numbers, as the spectrogram was made for.
        helper.make_node('Mul', ['samples', 'full_scale'], ['loud']),
        helper.make_node('Unsqueeze', ['loud', 'first_axis'], [spectrogram.input[0].name]),
    ]
    between = [
        helper.make_node('Reshape', [spectrogram.output[0].name, 'mel_shape'], ['mel']),
        helper.make_node('Div', ['mel', 'ten'], ['mel_tenth']),
        helper.make_node('Add', ['mel_tenth', 'two'], ['mel_scaled']),
        helper.make_node('Gather', ['mel_scaled', 'window_frames'], ['windows'], axis=0),
        helper.make_node('Reshape', ['windows', 'window_shape'], [network.input[0].name]),
    ]
    after = [helper.make_node('Reshape', [network.output[0].name, 'embedding_shape'], ['embeddings'])]
    weights = [
        constant('full_scale', 32_767, numpy.float32), constant('first_axis', [0], numpy.int64), constant('ten', 10, numpy.float32), constant('two', 2, numpy.float32),
        constant('mel_shape', [MEL_FRAMES, MEL_BANDS], numpy.int64), constant('window_frames', windows, numpy.int64),
        constant('window_shape', [WINDOWS, WINDOW, MEL_BANDS, 1], numpy.int64), constant('embedding_shape', [WINDOWS, EMBEDDING], numpy.int64),
    ]
    nodes = [*before, *spectrogram.node, *between, *network.node, *after]
    return nodes, [*spectrogram.initializer, *network.initializer, *weights]


def model_of(nodes, weights, output, shape):
    """Return a checked model from `samples` to one output."""
    samples = helper.make_tensor_value_info('samples', TensorProto.FLOAT, [LENGTH])
    result = helper.make_tensor_value_info(output, TensorProto.FLOAT, shape)
    graph = helper.make_graph(nodes, 'spoken_digits', [samples], [result], weights)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid('', OPSET)], ir_version=7, producer_name='steelyard')
    onnx.checker.check_model(model)
    return model
