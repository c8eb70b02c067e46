#!/usr/bin/env python3
"""Train the head of this package on embeddings of clips, and write the whole as one ONNX file.

    python3 train.py --clips clips --human human --embedding <folder of the two published models> --output ../model.onnx

Both folders hold clips.raw, clips.json and features.raw. The voices named in HELD_OUT are left out
of training; the epoch that does best on them is exported. The recordings of people are read once, at
the end.
"""
import argparse
import copy
import json
import pathlib

import numpy
import onnx
import torch
from onnx import helper
from torch import nn

from compose import EMBEDDING, LENGTH, RATE, WINDOWS, constant, embedding_graph, model_of
from make_clips import DIGITS

HELD_OUT = ('flite-awb', 'flite-kal16', 'espeak-f3', 'espeak-m4', 'espeak-Andy', 'espeak-grandma', 'espeak-linda', 'espeak-paul', 'espeak-victor', 'espeak-klatt2')


def parse_arguments():
    """Return the command line's options."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--clips', type=pathlib.Path, required=True)
    parser.add_argument('--human', type=pathlib.Path, required=True)
    parser.add_argument('--embedding', type=pathlib.Path, required=True)
    parser.add_argument('--output', type=pathlib.Path, default=pathlib.Path('model.onnx'))
    parser.add_argument('--epochs', type=int, default=30)
    parser.add_argument('--batch-size', type=int, default=128)
    parser.add_argument('--learning-rate', type=float, default=2e-3)
    parser.add_argument('--hidden', type=int, default=96)
    parser.add_argument('--seed', type=int, default=20261129)
    return parser.parse_args()


def read(folder):
    """Return features [n, 9, 96], labels [n] and voices of a folder."""
    about = json.loads((folder / 'clips.json').read_text())
    features = numpy.fromfile(folder / 'features.raw', '<f4').reshape(-1, WINDOWS, EMBEDDING)
    if len(features) != len(about['labels']):
        raise ValueError(f'{folder}: {len(features)} features of {len(about["labels"])} clips')
    return torch.from_numpy(features), torch.tensor(about['labels']), about['voices']


class Head(nn.Module):
    """Embeddings [n, 9, 96] to logits [n, 10]: each window is looked at in the same way, and those that say something count."""

    def __init__(self, features, hidden):
        super().__init__()
        flat = features.reshape(-1, EMBEDDING)
        self.register_buffer('mean', flat.mean(0))
        self.register_buffer('deviation', flat.std(0) + 1e-3)
        self.inner = nn.Sequential(nn.Linear(EMBEDDING, hidden), nn.ReLU(), nn.Dropout(0.3))
        self.says = nn.Linear(hidden, len(DIGITS))
        self.counts = nn.Linear(hidden, 1)

    def forward(self, features):
        """Give the logits."""
        hidden = self.inner((features - self.mean) / self.deviation)
        weight = torch.softmax(self.counts(hidden), 1)
        return (self.says(hidden) * weight).sum(1)


def fit(train, validation, arguments):
    """Train and return the head of the epoch that does best on the voices that were left out."""
    features, labels = train
    head = Head(features, arguments.hidden)
    optimizer = torch.optim.AdamW(head.parameters(), lr=arguments.learning_rate, weight_decay=0.05)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, arguments.epochs)
    best, best_loss = None, float('inf')
    for epoch in range(arguments.epochs):
        head.train()
        for batch in torch.randperm(len(features)).split(arguments.batch_size):
            noisy = features[batch] + 0.3 * head.deviation * torch.randn_like(features[batch])
            loss = nn.functional.cross_entropy(head(noisy), labels[batch], label_smoothing=0.05)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        schedule.step()
        head.eval()
        with torch.no_grad():
            logits = head(validation[0])
        loss = nn.functional.cross_entropy(logits, validation[1]).item()
        if loss < best_loss:
            best, best_loss = copy.deepcopy(head), loss
            print(f'epoch {epoch + 1}: loss {loss:.4f}, accuracy {(logits.argmax(1) == validation[1]).float().mean().item():.4f} on voices left out')
    return best


def mel_means(folder, rows):
    """Return mean and deviation over time of a log spectrogram of 32 bands, of the loud frames, for the baseline."""
    clips = numpy.fromfile(folder / 'clips.raw', '<i2').reshape(-1, LENGTH)[rows]
    bands = numpy.geomspace(100, 7_600, 34)
    bins = numpy.fft.rfftfreq(512, 1 / RATE)
    filters = numpy.maximum(0, numpy.minimum((bins - bands[:-2, None]) / (bands[1:-1] - bands[:-2])[:, None], (bands[2:, None] - bins) / (bands[2:] - bands[1:-1])[:, None]))
    window = numpy.hanning(400)
    result = []
    for clip in clips:
        frames = numpy.lib.stride_tricks.sliding_window_view(clip / 2 ** 15, 400)[::160] * window
        power = numpy.abs(numpy.fft.rfft(frames, 512)) ** 2
        loud = power.sum(1) > power.sum(1).max() / 1_000
        levels = numpy.log(power[loud] @ filters.T + 1e-8)
        result.append(numpy.concatenate([levels.mean(0) - levels.mean(), levels.std(0)]))
    return numpy.array(result)


def nearest_mean(known, labels, asked):
    """Return the label whose mean, in units of the deviations, is nearest."""
    mean, deviation = known.mean(0), known.std(0)
    centres = numpy.stack([((known[labels == label] - mean) / deviation).mean(0) for label in range(len(DIGITS))])
    return ((((asked - mean) / deviation)[:, None] - centres) ** 2).sum(2).argmin(1)


def export(head, arguments):
    """Write the spectrogram, the embedding and the head as one file, from samples to probabilities."""
    nodes, weights = embedding_graph(arguments.embedding)
    (inner, _, _), says, counts = head.inner, head.says, head.counts
    values = {
        'mean': head.mean, 'deviation': head.deviation, 'inner_weight': inner.weight.T, 'inner_bias': inner.bias,
        'says_weight': says.weight.T, 'says_bias': says.bias, 'counts_weight': counts.weight.T, 'counts_bias': counts.bias,
    }
    weights = weights + [constant(f'head_{name}', value.detach().numpy(), numpy.float32) for name, value in values.items()]
    weights.append(constant('window_axis', [0], numpy.int64))
    node = helper.make_node
    nodes = nodes + [
        node('Sub', ['embeddings', 'head_mean'], ['centred']), node('Div', ['centred', 'head_deviation'], ['scaled']),
        node('MatMul', ['scaled', 'head_inner_weight'], ['inner_sum']), node('Add', ['inner_sum', 'head_inner_bias'], ['inner_biased']), node('Relu', ['inner_biased'], ['hidden']),
        node('MatMul', ['hidden', 'head_counts_weight'], ['counts_sum']), node('Add', ['counts_sum', 'head_counts_bias'], ['counts']), node('Softmax', ['counts'], ['weight'], axis=0),
        node('MatMul', ['hidden', 'head_says_weight'], ['says_sum']), node('Add', ['says_sum', 'head_says_bias'], ['says']), node('Mul', ['says', 'weight'], ['weighed']),
        node('ReduceSum', ['weighed', 'window_axis'], ['logits'], keepdims=0), node('Softmax', ['logits'], ['probabilities'], axis=0),
    ]
    onnx.save(model_of(nodes, weights, 'probabilities', [len(DIGITS)]), str(arguments.output))


def main():
    """Train, score and export."""
    arguments = parse_arguments()
    torch.manual_seed(arguments.seed)
    torch.set_num_threads(1)
    features, labels, voices = read(arguments.clips)
    out = torch.tensor([voice in HELD_OUT for voice in voices])
    head = fit((features[~out], labels[~out]), (features[out], labels[out]), arguments)
    human, human_labels, speakers = read(arguments.human)
    with torch.no_grad():
        found = head(human).argmax(1)
        left_out = head(features[out]).argmax(1)
    rows = numpy.flatnonzero(~out.numpy())[::4]
    known, asked = mel_means(arguments.clips, rows), mel_means(arguments.human, slice(None))
    baseline = nearest_mean(known, labels.numpy()[rows], asked)
    out_rows = numpy.flatnonzero(out.numpy())
    baseline_out = nearest_mean(known, labels.numpy()[rows], mel_means(arguments.clips, out_rows))
    print(f'trained on {int((~out).sum())} clips')
    for voice in sorted(HELD_OUT):
        of = numpy.flatnonzero([voices[row] == voice for row in out_rows])
        print(f'{voice}: {(left_out[of] == labels[out][of]).float().mean().item():.3f} of {len(of)}')
    print(f'voices left out: {(left_out == labels[out]).float().mean().item():.4f} of {len(left_out)}, nearest mean {(baseline_out == labels[out].numpy()).mean():.3f}')
    for speaker in sorted(set(speakers)):
        of = [row for row, name in enumerate(speakers) if name == speaker]
        wrong = [f'{DIGITS[human_labels[row]]} as {DIGITS[found[row]]}' for row in of if found[row] != human_labels[row]]
        print(f'{speaker}: {len(of) - len(wrong)} of {len(of)}; nearest mean {sum(baseline[row] == human_labels[row].item() for row in of)}; wrong: {", ".join(wrong)}')
    print(f'people: {(found == human_labels).float().mean().item():.3f} of {len(found)}, nearest mean {(baseline == human_labels.numpy()).mean():.3f}')
    export(head, arguments)


if __name__ == '__main__':
    main()
