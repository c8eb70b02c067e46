"""The bidirectional LSTM as a node of ONNX: torch and ONNX order the gates differently."""
import numpy
from onnx import TensorProto, helper, numpy_helper

# torch: input, forget, cell, output. ONNX: input, output, forget, cell.
GATES = (0, 3, 1, 2)


def ordered(tensor):
    """Return weights of torch with the gates in the order of ONNX."""
    parts = numpy.split(tensor.detach().numpy(), 4)
    return numpy.concatenate([parts[gate] for gate in GATES])


def weights_of(lstm, name):
    """Return the three weights of the node LSTM for a `BidirectionalLSTM`."""
    directions = (lstm.ahead, lstm.back)
    arrays = {
        f'{name}.W': [ordered(one.weight_ih_l0) for one in directions],
        f'{name}.R': [ordered(one.weight_hh_l0) for one in directions],
        f'{name}.B': [numpy.concatenate((ordered(one.bias_ih_l0), ordered(one.bias_hh_l0))) for one in directions],
    }
    return [numpy_helper.from_array(numpy.stack(parts).astype(numpy.float32), key) for key, parts in arrays.items()]


def lstm_nodes(name, states, lengths, output, hidden):
    """Return nodes from states [N, length, size] and int32 lengths [N] to [N, length, 2 * hidden]; padding gets zeros."""
    inputs = [f'{name}.turned', f'{name}.W', f'{name}.R', f'{name}.B', lengths]
    return [
        helper.make_node('Transpose', [states], [f'{name}.turned'], perm=[1, 0, 2]),
        helper.make_node('LSTM', inputs, [f'{name}.apart'], direction='bidirectional', hidden_size=hidden),
        # [length, directions, N, hidden]
        helper.make_node('Transpose', [f'{name}.apart'], [f'{name}.beside'], perm=[2, 0, 1, 3]),
        helper.make_node('Reshape', [f'{name}.beside', f'{name}.shape'], [output]),
    ]


def shape_of(name, hidden):
    """Return the shape that `lstm_nodes` needs as a weight."""
    return numpy_helper.from_array(numpy.array([0, 0, 2 * hidden], dtype=numpy.int64), f'{name}.shape')


def constant(name, *values, dtype=numpy.int64):
    """Return a weight with a list of numbers."""
    return numpy_helper.from_array(numpy.array(values, dtype=dtype), name)


def tensor_info(name, dtype, shape):
    """Describe an input or output of the graph."""
    return helper.make_tensor_value_info(name, {'int64': TensorProto.INT64, 'float32': TensorProto.FLOAT}[dtype], shape)
