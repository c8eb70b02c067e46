#!/usr/bin/env python3
"""Train the handwritten-digit classifier of this package and export it to ONNX.

    python3 train.py --data <folder with the four MNIST IDX files> --output model.onnx

Protocol: 5,000 of the 60,000 training images are set aside for validation, the epoch with
the best validation accuracy is exported, and the 10,000 test images are read once, at the end,
through the exported weights. Everything random is drawn from one seed on one CPU thread, so a
second run on the same machine and library versions writes the same file.
"""
import argparse
import copy
import json
import pathlib
import struct

import numpy
import torch
from torch import nn
from torch.nn import functional

CLASS_COUNT = 10
IMAGE_SIDE = 28
VALIDATION_COUNT = 5_000
EVALUATION_BATCH = 500
ONNX_OPSET = 14


def parse_arguments():
    """Return the command line's options."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--data', type=pathlib.Path, required=True, help='folder with the MNIST IDX files')
    parser.add_argument('--output', type=pathlib.Path, default=pathlib.Path('model.onnx'))
    parser.add_argument('--epochs', type=int, default=6)
    parser.add_argument('--batch-size', type=int, default=128)
    parser.add_argument('--learning-rate', type=float, default=4e-3, help='peak of the one-cycle schedule')
    parser.add_argument('--seed', type=int, default=20261122)
    return parser.parse_args()


def make_reproducible(seed):
    """Seed torch and keep it to one thread: the order of float additions depends on the thread count."""
    torch.manual_seed(seed)
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)


def read_idx(path):
    """Read an IDX file of unsigned bytes (two zero bytes, type 0x08, rank, big-endian sizes, data)."""
    content = path.read_bytes()
    zero, kind, rank = struct.unpack_from('>HBB', content)
    if zero != 0 or kind != 0x08:
        raise ValueError(f'{path} is not an uncompressed IDX file of unsigned bytes')
    shape = struct.unpack_from(f'>{rank}I', content, 4)
    return numpy.frombuffer(content, numpy.uint8, offset=4 + 4 * rank).reshape(shape)


def read_mnist(folder, prefix):
    """Return images as float32 [N,1,28,28] in 0..1 and labels as int64 [N]; prefix is train or t10k."""
    images = read_idx(folder / f'{prefix}-images-idx3-ubyte')
    labels = read_idx(folder / f'{prefix}-labels-idx1-ubyte')
    if len(images) != len(labels):
        raise ValueError(f'{prefix}: {len(images)} images but {len(labels)} labels')
    scaled = torch.from_numpy(images.astype(numpy.float32) / 255).unsqueeze(1)
    return scaled, torch.from_numpy(labels.astype(numpy.int64))


def split_validation(images, labels):
    """Shuffle the training images and return (train, validation), each as (images, labels)."""
    order = torch.randperm(len(images))
    validation, train = order[:VALIDATION_COUNT], order[VALIDATION_COUNT:]
    return (images[train], labels[train]), (images[validation], labels[validation])


def uniform(count, low, high):
    """Return `count` numbers drawn evenly from low..high."""
    return torch.empty(count).uniform_(low, high)


def vary_thickness(images):
    """Thicken or thin each stroke by up to about one pixel, blending with the 3x3 maximum or minimum."""
    amount = uniform(len(images), -0.5, 0.9).view(-1, 1, 1, 1)
    thick = functional.max_pool2d(images, 3, stride=1, padding=1)
    thin = -functional.max_pool2d(-images, 3, stride=1, padding=1)
    return images + amount.clamp(min=0) * (thick - images) + (-amount).clamp(min=0) * (thin - images)


def vary_placement(images):
    """Rotate by up to 12 degrees, slant and resize by up to a quarter, shift by up to 3 pixels."""
    count = len(images)
    angle = uniform(count, -12, 12).deg2rad()
    shear = uniform(count, -0.15, 0.15)
    zoom_x, zoom_y = (1 / uniform(count, 0.8, 1.25) for _ in range(2))
    shift_x, shift_y = (uniform(count, -3, 3) * 2 / IMAGE_SIDE for _ in range(2))
    cos, sin = angle.cos(), angle.sin()
    row_x = torch.stack([zoom_x * cos, zoom_x * (shear * cos - sin), shift_x], dim=1)
    row_y = torch.stack([zoom_y * sin, zoom_y * (shear * sin + cos), shift_y], dim=1)
    grid = functional.affine_grid(torch.stack([row_x, row_y], dim=1), images.shape, align_corners=False)
    return functional.grid_sample(images, grid, align_corners=False)


def augment(images):
    """Return a varied copy in which a third of the images, chosen at random, stays as it is."""
    untouched = (torch.rand(len(images)) < 1 / 3).view(-1, 1, 1, 1)
    return torch.where(untouched, images, vary_placement(vary_thickness(images)))


def convolution_block(channels_in, channels_out, kernel):
    """Convolve at the same size, normalise, and halve the sides."""
    return [
        nn.Conv2d(channels_in, channels_out, kernel, padding=kernel // 2, bias=False),
        nn.BatchNorm2d(channels_out),
        nn.ReLU(),
        nn.MaxPool2d(2),
    ]


def build_network():
    """Return the network: [N,1,28,28] in 0..1 to logits [N,10], about 100,000 weights."""
    return nn.Sequential(
        *convolution_block(1, 16, kernel=5),
        *convolution_block(16, 32, kernel=3),
        *convolution_block(32, 64, kernel=3),
        nn.Flatten(),
        nn.Linear(64 * 3 * 3, 128),
        nn.ReLU(),
        nn.Dropout(0.3),
        nn.Linear(128, CLASS_COUNT),
    )


def train_epoch(network, train, optimizer, schedule, batch_size):
    """Go once through the training images in a new order and return the mean loss."""
    images, labels = train
    network.train()
    total = 0.0
    for batch in torch.randperm(len(images)).split(batch_size):
        loss = functional.cross_entropy(network(augment(images[batch])), labels[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
        total += loss.item() * len(batch)
    return total / len(images)


@torch.no_grad()
def predict(network, images):
    """Return the most likely digit of each image."""
    network.eval()
    return torch.cat([network(batch).argmax(dim=1) for batch in images.split(EVALUATION_BATCH)])


def measure_accuracy(network, images, labels):
    """Return the share of images whose most likely digit is the label."""
    return (predict(network, images) == labels).float().mean().item()


def train_network(train, validation, options):
    """Train for the given epochs and return the network of the best validation accuracy."""
    network = build_network()
    optimizer = torch.optim.Adam(network.parameters())
    step_count = options.epochs * -(-len(train[0]) // options.batch_size)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, options.learning_rate, total_steps=step_count)
    best_accuracy, best_weights = -1.0, None
    for epoch in range(1, options.epochs + 1):
        loss = train_epoch(network, train, optimizer, schedule, options.batch_size)
        accuracy = measure_accuracy(network, *validation)
        progress = {'epoch': epoch, 'loss': round(loss, 4), 'validationAccuracy': round(accuracy, 4)}
        print(json.dumps(progress), flush=True)
        if accuracy > best_accuracy:
            best_accuracy, best_weights = accuracy, copy.deepcopy(network.state_dict())
    network.load_state_dict(best_weights)
    return network


def score_per_class(predicted, labels):
    """Return precision, recall and count of each digit."""
    scores = {}
    for digit in range(CLASS_COUNT):
        is_digit, said_digit = labels == digit, predicted == digit
        hits = (is_digit & said_digit).sum().item()
        scores[str(digit)] = {
            'precision': round(hits / max(said_digit.sum().item(), 1), 4),
            'recall': round(hits / is_digit.sum().item(), 4),
            'n': is_digit.sum().item(),
        }
    return scores


def export_onnx(network, path):
    """Write the network with input `image`, output `logits` and a free first dimension."""
    network.eval()
    torch.onnx.export(
        network,
        torch.zeros(1, 1, IMAGE_SIDE, IMAGE_SIDE),
        str(path),
        input_names=['image'],
        output_names=['logits'],
        dynamic_axes={'image': {0: 'N'}, 'logits': {0: 'N'}},
        opset_version=ONNX_OPSET,
    )


def main():
    """Train, export, then test once."""
    options = parse_arguments()
    make_reproducible(options.seed)
    train, validation = split_validation(*read_mnist(options.data, 'train'))
    network = train_network(train, validation, options)
    export_onnx(network, options.output)
    images, labels = read_mnist(options.data, 't10k')
    predicted = predict(network, images)
    report = {
        'testAccuracy': round((predicted == labels).float().mean().item(), 4),
        'n': len(labels),
        'perClass': score_per_class(predicted, labels),
    }
    print(json.dumps(report, indent=2))


if __name__ == '__main__':
    main()
