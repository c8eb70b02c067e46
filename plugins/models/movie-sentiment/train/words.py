"""Text to words and ids, by the rule of the op `words`.

A word is a run of letters, marks and digits (Unicode categories L, M and N), with single apostrophes inside it; each other
visible character (P and S) is a word of its own; whatever else there is separates. The typographic apostrophe counts as the
plain one.
"""
import collections
import json
import unicodedata

PAD, UNKNOWN = 0, 1
RESERVED = 2
APOSTROPHE, TYPOGRAPHIC_APOSTROPHE = "'", '\u2019'


def is_letter(char):
    """Whether a character can be part of a longer word."""
    return unicodedata.category(char)[0] in 'LMN'


def split_words(text):
    """Return the words of a text in lower case."""
    words, current = [], ''
    text = text.lower().replace(TYPOGRAPHIC_APOSTROPHE, APOSTROPHE)
    for index, char in enumerate(text):
        follower = text[index + 1:index + 2]
        if is_letter(char) or (char == APOSTROPHE and current and follower and is_letter(follower)):
            current += char
            continue
        if current:
            words.append(current)
            current = ''
        if unicodedata.category(char)[0] in 'PS':
            words.append(char)
    if current:
        words.append(current)
    return words


def learn_vocabulary(texts, size):
    """Return the most frequent words (ties: in order of their characters), so many that the reserved ids fit too."""
    counts = collections.Counter(word for text in texts for word in split_words(text))
    ordered = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    return [word for word, _ in ordered[:size - RESERVED]]


def cut_middle(ids, length):
    """Cut what is too long in the middle: its first half and its last half stay."""
    if len(ids) <= length:
        return ids
    start = (length + 1) // 2
    return ids[:start] + ids[len(ids) - (length - start):]


class Words:
    """From a text to the ids of its words."""

    def __init__(self, vocabulary):
        self.ids = {word: index + RESERVED for index, word in enumerate(vocabulary)}

    def encode(self, text, length):
        """Return the ids of a text, without padding."""
        return cut_middle([self.ids.get(word, UNKNOWN) for word in split_words(text)], length)


def check_cases(path):
    """Fail where this rule and the cases that the op is tested with differ."""
    for case in json.loads(path.read_text(encoding='utf8')):
        words = split_words(case['text'])
        if words != case['words']:
            raise ValueError(f'{case["text"]!r} gives {words}, not {case["words"]}')
