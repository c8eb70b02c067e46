"""Byte-level BPE as GPT-2 has it, small enough to read: trained here, carried in the GGUF, and done again by llama.cpp."""

import re
from collections import Counter

# Of GPT-2: contractions, then words, numbers and signs with the space before them.
PIECE = re.compile(r"'s|'t|'re|'ve|'m|'ll|'d| ?[^\W\d_]+| ?\d+| ?(?:[^\s\w]|_)+|\s+(?!\S)|\s+")
SPECIAL = ["<|begin|>", "<|end|>", "<|user|>", "<|assistant|>"]
BEGIN, END, USER, ASSISTANT = range(4)


def byte_letters():
    """A visible letter for each byte, as GPT-2 does: vocabularies are text."""
    visible = [*range(33, 127), *range(161, 173), *range(174, 256)]
    hidden = [byte for byte in range(256) if byte not in visible]
    return {byte: chr(byte) for byte in visible} | {byte: chr(256 + index) for index, byte in enumerate(hidden)}


LETTERS = byte_letters()


def pieces(text):
    return [tuple(LETTERS[byte] for byte in piece.encode()) for piece in PIECE.findall(text)]


def merged(symbols, pair):
    out, index = [], 0
    while index < len(symbols):
        if tuple(symbols[index : index + 2]) == pair:
            out.append(pair[0] + pair[1])
            index += 2
        else:
            out.append(symbols[index])
            index += 1
    return tuple(out)


class Tokenizer:
    def __init__(self, merges):
        self.merges = merges
        self.rank = {pair: rank for rank, pair in enumerate(merges)}
        self.vocabulary = SPECIAL + [LETTERS[byte] for byte in range(256)] + [a + b for a, b in merges]
        self.ids = {token: id for id, token in enumerate(self.vocabulary)}
        self.known = {}

    @staticmethod
    def train(texts, size):
        words = Counter(piece for text in texts for piece in pieces(text))
        merges = []
        while len(SPECIAL) + 256 + len(merges) < size:
            pairs = Counter()
            for word, count in words.items():
                for pair in zip(word, word[1:]):
                    pairs[pair] += count
            # Ties go by the letters, so that every run finds the same merges.
            best = max(pairs, key=lambda pair: (pairs[pair], pair))
            merges.append(best)
            words = Counter({merged(word, best): count for word, count in words.items()})
        return Tokenizer(merges)

    def encode(self, text):
        return [id for piece in pieces(text) for id in self.encode_piece(piece)]

    def encode_piece(self, piece):
        if piece not in self.known:
            symbols = piece
            while len(symbols) > 1:
                best = min(zip(symbols, symbols[1:]), key=lambda pair: self.rank.get(pair, len(self.merges)))
                if best not in self.rank:
                    break
                symbols = merged(symbols, best)
            self.known[piece] = [self.ids[symbol] for symbol in symbols]
        return self.known[piece]

    def encode_story(self, story):
        """What the model sees: a request is put before its story as the chat template puts it."""
        asked = [USER, *self.encode(story["request"]), ASSISTANT] if "request" in story else []
        return [BEGIN, *asked, *self.encode(story["text"]), END]
