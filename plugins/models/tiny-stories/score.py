"""How often a story has what its request asked for, and repeats its own names: greedy answers to held-out requests.

    OMP_NUM_THREADS=1 python3 score.py --data stories.jsonl --checkpoint checkpoint.pt
"""

import argparse
import json
import re

import torch

from tokenizer import ASSISTANT, BEGIN, END, USER, Tokenizer
from train import HELD_OUT, SHAPE, StoryModel

WORDS = json.load(open(__file__.replace("score.py", "words.json"), encoding="utf-8"))
NAMES = {name for names in WORDS["names"].values() for name in names}


@torch.no_grad()
def answer(model, tokenizer, request):
    tokens = [BEGIN, USER, *tokenizer.encode(request), ASSISTANT]
    start = len(tokens)
    while len(tokens) < SHAPE["context"]:
        token = int(model(torch.tensor(tokens)[None])[0, -1].argmax())
        if token == END:
            break
        tokens.append(token)
    letters = "".join(tokenizer.vocabulary[token] for token in tokens[start:])
    return letters.replace("\u0120", " ")


def words(text):
    return set(re.findall(r"\w+", text))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", required=True)
    parser.add_argument("--checkpoint", required=True)
    parser.add_argument("--count", type=int, default=200)
    options = parser.parse_args()
    checkpoint = torch.load(options.checkpoint)
    tokenizer = Tokenizer([tuple(pair) for pair in checkpoint["merges"]])
    model = StoryModel()
    model.load_state_dict(checkpoint["weights"])
    stories = [json.loads(line) for line in open(options.data, encoding="utf-8")][:HELD_OUT]
    asked = {"kind": set(WORDS["kinds"]), "name": NAMES, "thing": set(WORDS["things"])}
    seen = {what: [0, 0] for what in [*asked, "one hero"]}
    for request in [story["request"] for story in stories if "request" in story][: options.count]:
        text = words(answer(model, tokenizer, request))
        for what, vocabulary in asked.items():
            for word in words(request) & vocabulary:
                seen[what][0] += word in text
                seen[what][1] += 1
        seen["one hero"][0] += len(text & NAMES) == 1
        seen["one hero"][1] += 1
    for what, (kept, total) in seen.items():
        print(f"{what}: {kept} of {total}")


if __name__ == "__main__":
    main()
