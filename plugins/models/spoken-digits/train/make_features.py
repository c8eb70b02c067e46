#!/usr/bin/env python3
"""Write features.onnx, which `features.mjs` runs over the clips.

    python3 make_features.py --embedding <folder with melspectrogram.onnx and embedding_model.onnx> --output features.onnx
"""
import argparse
import pathlib

import onnx

from compose import EMBEDDING, WINDOWS, embedding_graph, model_of


def main():
    """Compose and save."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--embedding', type=pathlib.Path, required=True)
    parser.add_argument('--output', type=pathlib.Path, required=True)
    arguments = parser.parse_args()
    onnx.save(model_of(*embedding_graph(arguments.embedding), 'embeddings', [WINDOWS, EMBEDDING]), str(arguments.output))


if __name__ == '__main__':
    main()
