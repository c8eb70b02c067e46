#!/usr/bin/env python3
"""Write the packages review-sentiment and review-encoder from trained weights.

    python3 export.py --trained trained --sentiment .. --encoder ../../review-encoder

`trained/model.onnx` is the same network in full precision, to compare with.
"""
import argparse
import io
import json
import pathlib

import onnx
import torch

from compress import to_8_bits, to_half
from network import FEED_FORWARD, HEADS, HIDDEN, LABELS, LAYERS, POSITIONS, Encoder
from word_pieces import CLS, PAD, PREFIX, SEP, SPECIAL_TOKENS, UNKNOWN, WORD_LENGTH_MAX

ONNX_OPSET = 14


def parse_arguments():
    """Return the command line's options."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--trained', type=pathlib.Path, default=pathlib.Path('trained'))
    parser.add_argument('--weights', default='long.pt')
    parser.add_argument('--sentiment', type=pathlib.Path, required=True)
    parser.add_argument('--encoder', type=pathlib.Path, required=True)
    return parser.parse_args()


class Exported(torch.nn.Module):
    """The encoder with its outputs in the order of the ONNX model."""

    def __init__(self, network):
        super().__init__()
        self.network = network

    def forward(self, input_ids, attention_mask):
        pooled, logits = self.network(input_ids, attention_mask)
        return logits, pooled


def to_onnx(network):
    """Return the network as an ONNX model; the number of texts and their length are free."""
    network.eval()
    ids = torch.tensor([[2, 4, 5, 3], [2, 6, 3, 0]])
    axes = {0: 'N', 1: 'length'}
    buffer = io.BytesIO()
    torch.onnx.export(
        Exported(network), (ids, (ids > 0).long()), buffer,
        input_names=['input_ids', 'attention_mask'], output_names=['logits', 'sentence_embedding'],
        dynamic_axes={'input_ids': axes, 'attention_mask': axes, 'logits': {0: 'N'}, 'sentence_embedding': {0: 'N'}},
        opset_version=ONNX_OPSET,
    )
    return onnx.load_from_string(buffer.getvalue())


def configuration(vocabulary_size):
    """Return config.json."""
    return {
        'model_type': 'bert', 'architectures': ['BertForSequenceClassification'], 'vocab_size': vocabulary_size,
        'hidden_size': HIDDEN, 'num_hidden_layers': LAYERS, 'num_attention_heads': HEADS, 'intermediate_size': FEED_FORWARD,
        'max_position_embeddings': POSITIONS, 'hidden_act': 'gelu', 'pad_token_id': 0,
        'problem_type': 'single_label_classification',
        'id2label': {str(index): label for index, label in enumerate(LABELS)},
        'label2id': {label: index for index, label in enumerate(LABELS)},
    }


def tokenizer_files(vocabulary):
    """Return tokenizer.json and tokenizer_config.json: BERT's uncased tokenizer with this vocabulary."""
    ids = {piece: index for index, piece in enumerate(vocabulary)}
    plain = {'special': True, 'single_word': False, 'lstrip': False, 'rstrip': False, 'normalized': False}
    tokenizer = {
        'version': '1.0', 'truncation': None, 'padding': None,
        'added_tokens': [{'id': ids[token], 'content': token, **plain} for token in SPECIAL_TOKENS],
        'normalizer': {
            'type': 'BertNormalizer', 'clean_text': True, 'handle_chinese_chars': True, 'strip_accents': None, 'lowercase': True,
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
        'tokenizer_class': 'BertTokenizer', 'do_lower_case': True, 'model_max_length': POSITIONS,
        'pad_token': PAD, 'unk_token': UNKNOWN, 'cls_token': CLS, 'sep_token': SEP,
    }
    return tokenizer, settings


def write_json(path, value, indent=2):
    """Write a JSON file that ends in a line feed."""
    path.write_text(json.dumps(value, indent=indent, ensure_ascii=False) + '\n', encoding='utf8')


def main():
    """Export once, compress twice."""
    options = parse_arguments()
    vocabulary = (options.trained / 'vocabulary.txt').read_text(encoding='utf8').splitlines()
    network = Encoder(len(vocabulary))
    network.load_state_dict(torch.load(options.trained / options.weights))
    model = to_onnx(network)
    onnx.checker.check_model(model)
    onnx.save(model, str(options.trained / 'model.onnx'))
    half = to_half(onnx.load_from_string(model.SerializeToString()))
    onnx.checker.check_model(half)
    options.encoder.mkdir(parents=True, exist_ok=True)
    onnx.save(half, str(options.encoder / 'model.onnx'))
    (options.sentiment / 'onnx').mkdir(parents=True, exist_ok=True)
    onnx.save(to_8_bits(model), str(options.sentiment / 'onnx' / 'model_quantized.onnx'))
    tokenizer, settings = tokenizer_files(vocabulary)
    write_json(options.sentiment / 'config.json', configuration(len(vocabulary)))
    write_json(options.sentiment / 'tokenizer.json', tokenizer, indent=0)
    write_json(options.sentiment / 'tokenizer_config.json', settings)


if __name__ == '__main__':
    main()
