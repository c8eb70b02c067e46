#!/usr/bin/env python3
"""Train the forecast of electricity demand of this package and export it to ONNX.

    python3 train.py --data taylor.csv --output model.onnx

Protocol: twelve weeks of half-hours in order. The network is fitted on the first eight, the epoch
with the least loss on the ninth is exported, and the last three are read once, at the end, through
the exported weights. Forecasts are made from every half-hour, for the 48 after it. Everything random
is drawn from one seed on one CPU thread.
"""
import argparse
import copy
import pathlib

import numpy
import torch
from torch import nn

DAY = 48
WEEK = 7 * DAY
PAST = WEEK + DAY
AHEAD = DAY
QUANTILES = (0.5, 0.1, 0.9)
NAMES = ('forecast', 'lower', 'upper')
TRAIN_END = 8 * WEEK
VALIDATION_END = 9 * WEEK
# Of the level over the past eight days, one standard deviation.
DRIFT = 0.03
ONNX_OPSET = 14


def parse_arguments():
    """Return the command line's options."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--data', type=pathlib.Path, required=True, help='a CSV with a header and one number a line')
    parser.add_argument('--output', type=pathlib.Path, default=pathlib.Path('model.onnx'))
    parser.add_argument('--epochs', type=int, default=60)
    parser.add_argument('--batch-size', type=int, default=64)
    parser.add_argument('--learning-rate', type=float, default=2e-3)
    parser.add_argument('--weight-decay', type=float, default=0.05)
    parser.add_argument('--hidden', type=int, default=64)
    parser.add_argument('--seed', type=int, default=20261129)
    return parser.parse_args()


def windows(series, start, end):
    """Return pasts [n, PAST] and what came [n, AHEAD] of all forecasts whose 48 half-hours lie within start..end."""
    firsts = range(max(start, PAST), end - AHEAD + 1)
    pasts = torch.stack([series[first - PAST:first] for first in firsts])
    futures = torch.stack([series[first:first + AHEAD] for first in firsts])
    return pasts, futures


class Forecast(nn.Module):
    """Past [PAST] in any unit to forecast, lower and upper [AHEAD] in the same unit.

    Numbers are taken relative to mean and deviation of the past, so that no level and no unit is
    learned. The network corrects what was seven days earlier, and says how far off that may be.
    """

    def __init__(self, hidden):
        super().__init__()
        self.inner = nn.Sequential(nn.Linear(PAST, hidden), nn.ReLU(), nn.Dropout(0.2), nn.Linear(hidden, hidden), nn.ReLU())
        self.correction = nn.Linear(hidden, AHEAD)
        self.spread = nn.Linear(hidden, 2 * AHEAD)

    def forward(self, past):
        """Give the three, each [..., AHEAD]."""
        # First by the largest: squares of what is very large would be infinite.
        largest = past.abs().amax(-1, keepdim=True).clamp(min=1e-30)
        shares = past / largest
        mean = shares.mean(-1, keepdim=True)
        deviation = torch.sqrt(((shares - mean) ** 2).mean(-1, keepdim=True)) + 1e-6
        scaled = (shares - mean) / deviation
        hidden = self.inner(scaled)
        week_ago = scaled[..., DAY:2 * DAY]
        # How much more or less than a week before it was yesterday.
        drift = (scaled[..., -DAY:] - scaled[..., :DAY]).mean(-1, keepdim=True)
        middle = week_ago + drift * 0.5 + self.correction(hidden)
        below, above = nn.functional.softplus(self.spread(hidden) - 3).split(AHEAD, -1)
        return tuple((value * deviation + mean) * largest for value in (middle, middle - below, middle + above))


def loss_of(forecasts, futures, pasts):
    """Return the mean pinball loss of the three, relative to the deviation of the past."""
    scale = pasts.std(-1, keepdim=True)
    total = 0
    for quantile, forecast in zip(QUANTILES, forecasts):
        error = (futures - forecast) / scale
        total = total + torch.maximum(quantile * error, (quantile - 1) * error).mean()
    return total


def varied(pasts, futures):
    """Return both with a drift in demand, as weather brings it, and noise on the past: eight summer weeks show little of either."""
    course = torch.linspace(0, 1 + AHEAD / PAST, PAST + AHEAD)
    factor = 1 + DRIFT * torch.randn(len(pasts), 1) * course
    noise = 0.05 * pasts.std(-1, keepdim=True) * torch.randn_like(pasts)
    return pasts * factor[:, :PAST] + noise, futures * factor[:, PAST:]


def fit(network, train, validation, arguments):
    """Train and return the weights of the epoch with the least validation loss."""
    optimizer = torch.optim.AdamW(network.parameters(), lr=arguments.learning_rate, weight_decay=arguments.weight_decay)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, arguments.epochs)
    best, best_loss, best_epoch = None, float('inf'), 0
    for epoch in range(arguments.epochs):
        network.train()
        for batch in torch.randperm(len(train[0])).split(arguments.batch_size):
            pasts, futures = train[0][batch], train[1][batch]
            pasts, futures = varied(pasts, futures)
            loss = loss_of(network(pasts), futures, pasts)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        schedule.step()
        network.eval()
        with torch.no_grad():
            validation_loss = loss_of(network(validation[0]), validation[1], validation[0]).item()
        if validation_loss < best_loss:
            best, best_loss, best_epoch = copy.deepcopy(network.state_dict()), validation_loss, epoch + 1
    print(f'best epoch {best_epoch}, validation loss {best_loss:.4f}')
    network.load_state_dict(best)
    network.eval()


def mean_error(forecast, futures):
    """Return the mean absolute error."""
    return (forecast - futures).abs().mean().item()


@torch.no_grad()
def report(name, network, pasts, futures, scale):
    """Print errors of the network and of both naive forecasts, and how often the truth lies within the band."""
    middle, lower, upper = network(pasts)
    rows = {'network': middle, 'a week ago': pasts[:, DAY:2 * DAY], 'yesterday': pasts[:, -DAY:]}
    for row, forecast in rows.items():
        error = mean_error(forecast, futures)
        print(f'{name}: {row:10} MAE {error:7.1f}  MASE {error / scale:.3f}  MAPE {((forecast - futures).abs() / futures).mean().item() * 100:.2f} %')
    inside = ((futures >= lower) & (futures <= upper)).float().mean().item()
    print(f'{name}: below lower {(futures < lower).float().mean().item():.3f}, above upper {(futures > upper).float().mean().item():.3f}, within {inside:.3f} of {len(pasts)} forecasts')
    for day in range(0, len(pasts) - 1, WEEK):
        part = slice(day, day + WEEK)
        print(f'  week from {day}: network {mean_error(middle[part], futures[part]):.1f}, a week ago {mean_error(pasts[part, DAY:2 * DAY], futures[part]):.1f}')


def main():
    """Train, export and score."""
    arguments = parse_arguments()
    torch.manual_seed(arguments.seed)
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    series = torch.from_numpy(numpy.loadtxt(arguments.data, skiprows=1, dtype=numpy.float32))
    train = windows(series, 0, TRAIN_END)
    validation = windows(series, TRAIN_END, VALIDATION_END)
    network = Forecast(arguments.hidden)
    fit(network, train, validation, arguments)
    scale = mean_error(train[0][:, DAY:2 * DAY], train[1])
    report('validation', network, *validation, scale)
    report('test', network, *windows(series, VALIDATION_END, len(series)), scale)
    torch.onnx.export(
        network, (series[:PAST].unsqueeze(0),), str(arguments.output), opset_version=ONNX_OPSET, input_names=['past'], output_names=list(NAMES),
        dynamic_axes={name: {0: 'batch'} for name in ('past', *NAMES)},
    )


if __name__ == '__main__':
    main()
