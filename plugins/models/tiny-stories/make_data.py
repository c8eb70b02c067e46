"""Writes the stories that the model is trained on, from grammar.txt and words.json: the same seed, the same stories.

    python3 make_data.py --count 40000 --seed 20261122 --output stories.jsonl
"""

import argparse
import json
import random
import re
from pathlib import Path

HERE = Path(__file__).parent
PRONOUNS = {"he": ("he", "him", "his"), "she": ("she", "her", "her"), "it": ("it", "it", "its")}
ASKED_SHARE = 0.6


def read_grammar():
    rules, current = {}, None
    for line in (HERE / "grammar.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            current = rules.setdefault(line[1:-1], [])
        elif line and not line.startswith("#"):
            current.append(line)
    return rules


def with_article(words):
    return ("an " if words[0] in "aeiou" else "a ") + words


def choose(rng, words):
    """The people, places and things of one story."""
    pronoun = rng.choice(["he", "she"])
    kind = rng.choice([kind for kind in words["kinds"] if kind != ("girl" if pronoun == "he" else "boy")])
    friend_kind = rng.choice([other for other in words["kinds"] if other != kind])
    thing = rng.choice(words["things"])
    he, him, his = PRONOUNS[pronoun]
    chosen = {
        "he": he, "him": him, "his": his, "He": he.capitalize(), "His": his.capitalize(),
        "kind": kind, "name": rng.choice(words["names"][pronoun]), "friend": rng.choice(words["friends"]), "friend_kind": friend_kind,
        "thing": thing, "other": rng.choice([other for other in words["things"] if other != thing]),
    }
    for symbol in ("mood", "place", "colour", "weather", "small", "sad", "food", "goal", "spot"):
        chosen[symbol] = rng.choice(words[symbol + "s"])
    for symbol in ("kind", "friend_kind", "mood", "thing", "colour", "small", "sad"):
        chosen["a_" + symbol] = with_article(chosen[symbol])
    chosen["place_cap"] = chosen["place"].capitalize()
    chosen["from_spot"] = "from " + chosen["spot"]
    return chosen


def expand(rng, rules, chosen, text):
    def replace(match):
        symbol = match.group(1)
        return expand(rng, rules, chosen, rng.choice(rules[symbol])) if symbol in rules else chosen[symbol]
    return re.sub(r"\{(\w+)\}", replace, text)


def make_story(rng, rules, words):
    chosen = choose(rng, words)
    text = expand(rng, rules, chosen, rng.choice(rules["story"]))
    if rng.random() > ASKED_SHARE:
        return {"text": text}
    about_thing = chosen["thing"] in text and rng.random() < 0.5
    request = expand(rng, rules, chosen, rng.choice(rules["request_thing" if about_thing else "request"]))
    return {"request": request, "text": text}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=40_000)
    parser.add_argument("--seed", type=int, default=20261122)
    parser.add_argument("--output", default="stories.jsonl")
    options = parser.parse_args()
    rng = random.Random(options.seed)
    rules, words = read_grammar(), json.loads((HERE / "words.json").read_text(encoding="utf-8"))
    with open(options.output, "w", encoding="utf-8") as file:
        for _ in range(options.count):
            file.write(json.dumps(make_story(rng, rules, words), ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
