"""The Brown corpus: words with their tags, as 13 parts of speech."""
import re

SUFFIXES = re.compile(r'(-(hl|tl|nc))+$')
FOREIGN = 'fw-'
TEXT_NAME = re.compile(r'^c[a-r]\d\d$')
TEXT_COUNT = 500
# Every tenth text is for the test, and one more of each twenty for choices; the names are in the order of the genres.
TEST, VALIDATION = {4, 14}, {9}
QUOTES = {'``': '"', "''": '"'}
OTHER = 'X'
PUNCTUATION = 'O'
LABELS = ('ADJ', 'ADP', 'ADV', 'CONJ', 'DET', 'NOUN', 'NUM', 'PRON', 'PROPN', 'PRT', 'VERB', OTHER)

# By the beginning of a tag: the longest that fits. Prepositions and subordinating conjunctions are both ADP; PRT is the "to"
# of an infinitive, the particle of a verb ("up") and an interjection.
BEGINNINGS = {
    'ab': 'DET', 'ap': 'ADJ', 'at': 'DET', 'dt': 'DET', 'ex': 'PRON', 'wdt': 'DET',
    'be': 'VERB', 'do': 'VERB', 'hv': 'VERB', 'md': 'VERB', 'vb': 'VERB',
    'cc': 'CONJ', 'cd': 'NUM', 'od': 'ADJ', 'cs': 'ADP', 'in': 'ADP',
    'jj': 'ADJ', 'nn': 'NOUN', 'nr': 'NOUN', 'np': 'PROPN',
    'pn': 'PRON', 'pp': 'PRON', 'wp': 'PRON', 'pp$': 'DET', 'pp$$': 'PRON', 'wp$': 'DET',
    'ql': 'ADV', 'rb': 'ADV', 'rn': 'ADV', 'wql': 'ADV', 'wrb': 'ADV', '*': 'ADV',
    'rp': 'PRT', 'to': 'PRT', 'uh': 'PRT', 'nil': OTHER,
}


def label_of(tag):
    """Return the part of speech of a tag of the corpus; of a contraction ("I'm") that of its first part."""
    plain = SUFFIXES.sub('', tag)
    if plain.startswith(FOREIGN):
        return OTHER
    first = plain.split('+')[0]
    for end in range(len(first), 0, -1):
        if first[:end] in BEGINNINGS:
            return BEGINNINGS[first[:end]]
    return PUNCTUATION


def read_text(path):
    """Return the sentences of a text, lists of (word, label)."""
    sentences = []
    for line in path.read_text(encoding='latin1').splitlines():
        pairs = [token.rpartition('/') for token in line.split()]
        if pairs:
            sentences.append([(QUOTES.get(word, word), label_of(tag)) for word, _, tag in pairs])
    return sentences


def read_corpus(folder):
    """Return {'train': ..., 'validation': ..., 'test': ...}, lists of texts, each a list of sentences."""
    names = sorted(path.name for path in folder.iterdir() if TEXT_NAME.match(path.name))
    if len(names) != TEXT_COUNT:
        raise ValueError(f'{folder} has {len(names)} texts')
    parts = {'train': [], 'validation': [], 'test': []}
    for index, name in enumerate(names):
        place = index % 20
        part = 'test' if place in TEST else 'validation' if place in VALIDATION else 'train'
        parts[part].append(read_text(folder / name))
    return parts
