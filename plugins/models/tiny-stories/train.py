"""Trains the story model and its tokenizer on one CPU thread, and writes both to a checkpoint for write_gguf.py.

    OMP_NUM_THREADS=1 python3 train.py --data stories.jsonl --output checkpoint.pt

First the sentences, from rows cut out of all stories behind one another, which have no padding; then who is who, from rows
that hold one story each: among the names of several stories it is hard to learn which one to repeat.
"""

import argparse
import json
import math
import time

import torch
from torch import nn
from torch.nn import functional as F

from tokenizer import Tokenizer

SEED = 20261122
SHAPE = {"vocabulary": 1024, "context": 256, "width": 128, "layers": 5, "heads": 4, "inner": 352, "rope_base": 10000.0, "epsilon": 1e-5}
HELD_OUT = 1000
PADDING = -1
CUT, SINGLE = {"rows": 16, "steps": 1100, "peak_rate": 4e-3}, {"rows": 32, "steps": 400, "peak_rate": 2e-3}
WARM_UP = 60


class Norm(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(SHAPE["width"]))

    def forward(self, x):
        return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + SHAPE["epsilon"]) * self.weight


def rope_tables():
    size = SHAPE["width"] // SHAPE["heads"]
    frequencies = SHAPE["rope_base"] ** (-torch.arange(0, size, 2) / size)
    angles = torch.arange(SHAPE["context"])[:, None] * frequencies[None]
    return angles.cos(), angles.sin()


def rotate(x, tables):
    """Pairs of neighbours are turned, as llama.cpp does for this architecture; Hugging Face turns halves."""
    cos, sin = (table[: x.shape[2]] for table in tables)
    even, odd = x[..., 0::2], x[..., 1::2]
    return torch.stack((even * cos - odd * sin, even * sin + odd * cos), -1).flatten(-2)


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        width, inner = SHAPE["width"], SHAPE["inner"]
        self.attn_norm, self.ffn_norm = Norm(), Norm()
        self.attn_q, self.attn_k, self.attn_v, self.attn_output = (nn.Linear(width, width, bias=False) for _ in range(4))
        self.ffn_gate, self.ffn_up = (nn.Linear(width, inner, bias=False) for _ in range(2))
        self.ffn_down = nn.Linear(inner, width, bias=False)

    def forward(self, x, tables, mask):
        h = self.attn_norm(x)
        q, k, v = (layer(h).unflatten(-1, (SHAPE["heads"], -1)).transpose(1, 2) for layer in (self.attn_q, self.attn_k, self.attn_v))
        scores = rotate(q, tables) @ rotate(k, tables).transpose(-1, -2) / math.sqrt(q.shape[-1]) + mask
        x = x + self.attn_output((scores.softmax(-1) @ v).transpose(1, 2).flatten(-2))
        h = self.ffn_norm(x)
        return x + self.ffn_down(F.silu(self.ffn_gate(h)) * self.ffn_up(h))


class StoryModel(nn.Module):
    def __init__(self):
        super().__init__()
        self.token_embd = nn.Embedding(SHAPE["vocabulary"], SHAPE["width"])
        self.blk = nn.ModuleList(Block() for _ in range(SHAPE["layers"]))
        self.output_norm = Norm()
        self.tables = rope_tables()
        for parameter in self.parameters():
            if parameter.dim() == 2:
                nn.init.normal_(parameter, std=0.02 if parameter is self.token_embd.weight else 0.06)

    def forward(self, tokens):
        length = tokens.shape[1]
        mask = torch.full((length, length), float("-inf")).triu(1)
        x = self.token_embd(tokens)
        for block in self.blk:
            x = block(x, self.tables, mask)
        return F.linear(self.output_norm(x), self.token_embd.weight)


@torch.no_grad()
def held_out_loss(model, stories, tokenizer):
    """Mean loss of a token (natural logarithm) over whole stories, each from its beginning."""
    total = count = 0
    for story in stories:
        tokens = torch.tensor(tokenizer.encode_story(story)[: SHAPE["context"] + 1])[None]
        total += F.cross_entropy(model(tokens[:, :-1])[0], tokens[0, 1:], reduction="sum").item()
        count += tokens.shape[1] - 1
    return total / count


def cut_rows(stories):
    stream = torch.tensor([token for story in stories for token in story])
    while True:
        starts = torch.randint(len(stream) - SHAPE["context"] - 1, (CUT["rows"],))
        yield torch.stack([stream[start : start + SHAPE["context"] + 1] for start in starts])


def single_rows(stories):
    """Neighbours by length, so that there is hardly any padding."""
    ordered = sorted(stories, key=len)
    while True:
        start = int(torch.randint(len(ordered) - SINGLE["rows"] + 1, ()))
        rows = [torch.tensor(story) for story in ordered[start : start + SINGLE["rows"]]]
        yield nn.utils.rnn.pad_sequence(rows, batch_first=True, padding_value=PADDING)


def rate_at(step, phase):
    if step < WARM_UP:
        return phase["peak_rate"] * (step + 1) / WARM_UP
    return phase["peak_rate"] * (0.05 + 0.95 * 0.5 * (1 + math.cos(math.pi * (step - WARM_UP) / (phase["steps"] - WARM_UP))))


def train(model, batches, phase):
    decayed = [p for p in model.parameters() if p.dim() == 2]
    plain = [p for p in model.parameters() if p.dim() < 2]
    optimizer = torch.optim.AdamW([{"params": decayed, "weight_decay": 0.05}, {"params": plain, "weight_decay": 0}], betas=(0.9, 0.95))
    started = time.time()
    for step in range(phase["steps"]):
        for group in optimizer.param_groups:
            group["lr"] = rate_at(step, phase)
        batch = next(batches)
        loss = F.cross_entropy(model(batch[:, :-1].clamp(min=0)).flatten(0, 1), batch[:, 1:].flatten(), ignore_index=PADDING)
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        if step % 25 == 0 or step == phase["steps"] - 1:
            print(f"step {step} loss {loss.item():.4f} after {time.time() - started:.0f} s", flush=True)


def save(model, tokenizer, path):
    torch.save({"weights": model.state_dict(), "merges": tokenizer.merges, "shape": SHAPE}, path)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", required=True)
    parser.add_argument("--output", default="checkpoint.pt")
    parser.add_argument("--sentences", help="a checkpoint after the first part, to begin with the second")
    options = parser.parse_args()
    torch.manual_seed(SEED)
    stories = [json.loads(line) for line in open(options.data, encoding="utf-8")]
    training, held_out = stories[HELD_OUT:], stories[:HELD_OUT]
    tokenizer = Tokenizer.train([text for story in training[:10_000] for text in story.values()], SHAPE["vocabulary"])
    encoded = [tokenizer.encode_story(story) for story in training]
    model = StoryModel()
    print(f"{sum(p.numel() for p in model.parameters())} weights, {sum(map(len, encoded))} tokens", flush=True)
    if options.sentences:
        model.load_state_dict(torch.load(options.sentences)["weights"])
    else:
        train(model, cut_rows(encoded), CUT)
        save(model, tokenizer, options.output + ".sentences")
    torch.manual_seed(SEED + 1)
    train(model, single_rows(encoded), SINGLE)
    loss = held_out_loss(model, held_out, tokenizer)
    print(f"held out: loss {loss:.4f}, perplexity {math.exp(loss):.3f} over {HELD_OUT} stories", flush=True)
    save(model, tokenizer, options.output)


if __name__ == "__main__":
    main()
