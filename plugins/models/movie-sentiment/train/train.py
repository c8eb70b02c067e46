#!/usr/bin/env python3
"""Train the LSTM on the 25,000 training reviews.

    OMP_NUM_THREADS=1 python3 train.py --data reviews.json --output trained [--held-out 2500]

With --held-out so many of them are left out and scored after each epoch: that is how the number of epochs was chosen.
"""
import argparse
import pathlib
import random
import time

import numpy
import torch
from torch.nn import functional

from network import LENGTH, Network
from reviews import read_reviews
from words import RESERVED, UNKNOWN, Words, check_cases, learn_vocabulary

SEED = 20261129
VOCABULARY_SIZE = 20_000
BATCH = 64
RATE = 3e-3
WORD_DROPOUT = 0.1
CLIP = 1.0
POOL = 50
CASES = '../../../../libs/runner/spec/word-cases.json'


def parse_arguments():
    """Return the command line's options."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--data', type=pathlib.Path, required=True)
    parser.add_argument('--output', type=pathlib.Path, default=pathlib.Path('trained'))
    parser.add_argument('--held-out', type=int, default=0)
    parser.add_argument('--epochs', type=int, default=4)
    return parser.parse_args()


def pad(rows):
    """Return the rows as one matrix of ids, padded at the end."""
    ids = numpy.zeros((len(rows), max(map(len, rows))), dtype=numpy.int64)
    for index, row in enumerate(rows):
        ids[index, :len(row)] = row
    return torch.from_numpy(ids)


def batches_of(rows, randomness):
    """Return lists of indexes: at random, but with like lengths together, so that little is padded."""
    order = list(range(len(rows)))
    randomness.shuffle(order)
    batches = []
    for start in range(0, len(order), BATCH * POOL):
        pool = sorted(order[start:start + BATCH * POOL], key=lambda index: len(rows[index]))
        batches.extend(pool[at:at + BATCH] for at in range(0, len(pool), BATCH))
    randomness.shuffle(batches)
    return batches


def forget_words(ids):
    """Make some words unknown: the network learns what an unknown word is, and not to lean on one word."""
    forgotten = (torch.rand(ids.shape) < WORD_DROPOUT) & (ids >= RESERVED)
    return ids.masked_fill(forgotten, UNKNOWN)


def accuracy_of(network, rows, labels):
    """Return the share of rows that the network labels rightly."""
    network.eval()
    right = 0
    order = sorted(range(len(rows)), key=lambda index: len(rows[index]))
    with torch.no_grad():
        for start in range(0, len(order), 256):
            batch = order[start:start + 256]
            found = network(pad([rows[index] for index in batch])).argmax(dim=1)
            right += int((found == torch.tensor([labels[index] for index in batch])).sum())
    return right / len(rows)


def train(network, rows, labels, held_out, epochs):
    """Adam, with a rate that rises for a tenth of the steps and then falls to zero."""
    randomness = random.Random(SEED)
    optimizer = torch.optim.Adam(network.parameters(), lr=RATE)
    steps = epochs * -(-len(rows) // BATCH) + epochs
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, RATE, total_steps=steps, pct_start=0.1)
    for epoch in range(epochs):
        network.train()
        started, losses = time.time(), []
        for batch in batches_of(rows, randomness):
            ids = forget_words(pad([rows[index] for index in batch]))
            loss = functional.cross_entropy(network(ids), torch.tensor([labels[index] for index in batch]))
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(network.parameters(), CLIP)
            optimizer.step()
            schedule.step()
            losses.append(loss.item())
        score = accuracy_of(network, *held_out) if held_out[0] else None
        print(f'epoch {epoch + 1}: loss {numpy.mean(losses):.4f}, held out {score}, {time.time() - started:.0f} s', flush=True)


def main():
    """Read, learn the vocabulary, train, write."""
    options = parse_arguments()
    check_cases(pathlib.Path(__file__).parent / CASES)
    random.seed(SEED)
    torch.manual_seed(SEED)
    torch.set_num_threads(1)
    options.output.mkdir(parents=True, exist_ok=True)
    reviews = read_reviews(options.data)['train']
    random.Random(SEED).shuffle(reviews)
    held_out, reviews = reviews[:options.held_out], reviews[options.held_out:]
    vocabulary = learn_vocabulary([text for text, _ in reviews], VOCABULARY_SIZE)
    words = Words(vocabulary)

    def encoded(part):
        return [words.encode(text, LENGTH) for text, _ in part], [label for _, label in part]

    network = Network(VOCABULARY_SIZE)
    train(network, *encoded(reviews), encoded(held_out), options.epochs)
    (options.output / 'vocabulary.txt').write_text('\n'.join(vocabulary) + '\n', encoding='utf8')
    torch.save(network.state_dict(), options.output / 'network.pt')


if __name__ == '__main__':
    main()
