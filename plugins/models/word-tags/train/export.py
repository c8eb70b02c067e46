#!/usr/bin/env python3
"""Write the package's model, tokenizer and configuration from trained weights.

    python3 export.py --trained trained --package ..
"""
import argparse
import json
import pathlib
import sys

import onnx
import torch
from onnx import TensorProto, helper, numpy_helper

from network import HIDDEN, POSITIONS, Tagger
from train import NAMES

MODELS = pathlib.Path(__file__).resolve().parents[2]
sys.path.extend(str(MODELS / name / 'train') for name in ('movie-sentiment', 'review-sentiment'))
from compress import quantize_rows, to_half  # noqa: E402
from lstm_graph import constant, lstm_nodes, shape_of, tensor_info, weights_of  # noqa: E402
from word_pieces import CLS, PAD, PREFIX, SEP, SPECIAL_TOKENS, UNKNOWN, WORD_LENGTH_MAX  # noqa: E402

OPSET = 14


def parse_arguments():
    """Return the command line's options."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--trained', type=pathlib.Path, default=pathlib.Path('trained'))
    parser.add_argument('--package', type=pathlib.Path, required=True)
    return parser.parse_args()


def build(network):
    """Return the network as ONNX: ids and mask [N, length] to logits [N, length, labels]. Embeddings have 8 bits."""
    rows, scales = quantize_rows(network.pieces.weight.detach().numpy())
    nodes = [
        helper.make_node('Gather', ['pieces', 'input_ids'], ['vectors.bytes']),
        helper.make_node('Gather', ['pieces.scales', 'input_ids'], ['vectors.scales']),
        helper.make_node('Cast', ['vectors.bytes'], ['vectors.float'], to=TensorProto.FLOAT),
        helper.make_node('Mul', ['vectors.float', 'vectors.scales'], ['vectors']),
        helper.make_node('Cast', ['attention_mask'], ['counted'], to=TensorProto.INT32),
        helper.make_node('ReduceSum', ['counted', 'axis.length'], ['lengths'], keepdims=0),
        *lstm_nodes('lstm', 'vectors', 'lengths', 'states', HIDDEN),
        helper.make_node('MatMul', ['states', 'head.weight'], ['projected']),
        helper.make_node('Add', ['projected', 'head.bias'], ['logits']),
    ]
    weights = [
        numpy_helper.from_array(rows, 'pieces'), numpy_helper.from_array(scales, 'pieces.scales'),
        *weights_of(network.lstm, 'lstm'), shape_of('lstm', HIDDEN), constant('axis.length', 1),
        numpy_helper.from_array(network.head.weight.detach().numpy().T.copy(), 'head.weight'),
        numpy_helper.from_array(network.head.bias.detach().numpy(), 'head.bias'),
    ]
    inputs = [tensor_info(name, 'int64', ['N', 'length']) for name in ('input_ids', 'attention_mask')]
    graph = helper.make_graph(nodes, 'word-tags', inputs, [tensor_info('logits', 'float32', ['N', 'length', len(NAMES)])], weights)
    return helper.make_model(graph, producer_name='steelyard', ir_version=8, opset_imports=[helper.make_opsetid('', OPSET)])


def configuration(vocabulary_size):
    """Return config.json. The type says which classes the library takes; what the graph holds is its own affair."""
    return {
        'model_type': 'bert', 'architectures': ['BertForTokenClassification'], 'vocab_size': vocabulary_size,
        'max_position_embeddings': POSITIONS, 'pad_token_id': 0,
        'id2label': {str(number): name for number, name in enumerate(NAMES)},
        'label2id': {name: number for number, name in enumerate(NAMES)},
    }


def tokenizer_files(vocabulary):
    """Return tokenizer.json and tokenizer_config.json: BERT's cased tokenizer with this vocabulary."""
    ids = {piece: index for index, piece in enumerate(vocabulary)}
    plain = {'special': True, 'single_word': False, 'lstrip': False, 'rstrip': False, 'normalized': False}
    tokenizer = {
        'version': '1.0', 'truncation': None, 'padding': None,
        'added_tokens': [{'id': ids[token], 'content': token, **plain} for token in SPECIAL_TOKENS],
        'normalizer': {
            'type': 'BertNormalizer', 'clean_text': True, 'handle_chinese_chars': True, 'strip_accents': False, 'lowercase': False,
        },
        'pre_tokenizer': {'type': 'BertPreTokenizer'},
        'post_processor': {'type': 'BertProcessing', 'sep': [SEP, ids[SEP]], 'cls': [CLS, ids[CLS]]},
        'decoder': {'type': 'WordPiece', 'prefix': PREFIX, 'cleanup': True},
        'model': {
            'type': 'WordPiece', 'unk_token': UNKNOWN, 'continuing_subword_prefix': PREFIX,
            'max_input_chars_per_word': WORD_LENGTH_MAX, 'vocab': ids,
        },
    }
    settings = {
        'tokenizer_class': 'BertTokenizer', 'do_lower_case': False, 'model_max_length': POSITIONS,
        'pad_token': PAD, 'unk_token': UNKNOWN, 'cls_token': CLS, 'sep_token': SEP,
    }
    return tokenizer, settings


def write_json(path, value, indent=2):
    """Write a JSON file that ends in a line feed."""
    path.write_text(json.dumps(value, indent=indent, ensure_ascii=False) + '\n', encoding='utf8')


def main():
    """Build, store the large weights in half precision, write."""
    options = parse_arguments()
    vocabulary = (options.trained / 'vocabulary.txt').read_text(encoding='utf8').splitlines()
    network = Tagger(len(vocabulary), len(NAMES))
    network.load_state_dict(torch.load(options.trained / 'network.pt'))
    network.eval()
    model = to_half(build(network))
    onnx.checker.check_model(model)
    (options.package / 'onnx').mkdir(parents=True, exist_ok=True)
    onnx.save(model, str(options.package / 'onnx' / 'model_fp16.onnx'))
    tokenizer, settings = tokenizer_files(vocabulary)
    write_json(options.package / 'config.json', configuration(len(vocabulary)))
    write_json(options.package / 'tokenizer.json', tokenizer, indent=0)
    write_json(options.package / 'tokenizer_config.json', settings)


if __name__ == '__main__':
    main()
