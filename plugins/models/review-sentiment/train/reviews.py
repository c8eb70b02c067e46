"""The reviews: read, split, tokenized."""
import json
import random
import re

LINE_BREAK = re.compile(r'<br\s*/?>')
VALIDATION_COUNT = 2_000
TEST_COUNT = 8_000


def read_reviews(path):
    """Return (text, label) of each distinct review; label 1 is positive. HTML line breaks become spaces."""
    seen = {}
    for review in json.loads(path.read_text(encoding='utf8')):
        seen.setdefault(LINE_BREAK.sub(' ', review['t']).strip(), int(review['s']))
    return list(seen.items())


def split_reviews(reviews, seed):
    """Shuffle and return (train, validation, test)."""
    shuffled = list(reviews)
    random.Random(seed).shuffle(shuffled)
    held_out = VALIDATION_COUNT + TEST_COUNT
    return shuffled[held_out:], shuffled[:VALIDATION_COUNT], shuffled[VALIDATION_COUNT:held_out]
