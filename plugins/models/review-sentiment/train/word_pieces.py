"""A WordPiece vocabulary of its own, and the tokenizer that goes with it.

Text is cleaned and split as BERT's uncased tokenizer does (`BertNormalizer`, `BertPreTokenizer`), pieces are learnt by
merging the most frequent pair, and a word is cut by the longest piece that fits, as
https://arxiv.org/abs/1810.04805 and its reference implementation describe.
"""
import collections
import heapq
import unicodedata

PAD, UNKNOWN, CLS, SEP = '[PAD]', '[UNK]', '[CLS]', '[SEP]'
SPECIAL_TOKENS = (PAD, UNKNOWN, CLS, SEP)
PREFIX = '##'
WORD_LENGTH_MAX = 100
ALPHABET_SIZE_MAX = 120
WORD_COUNT_MIN = 3


def is_punctuation(char):
    """Whether BERT splits at this character: all ASCII symbols, and what Unicode calls punctuation."""
    code = ord(char)
    is_ascii_symbol = 33 <= code <= 47 or 58 <= code <= 64 or 91 <= code <= 96 or 123 <= code <= 126
    return is_ascii_symbol or unicodedata.category(char).startswith('P')


def clean(text, fold=True):
    """Drop control characters and, where `fold`, capitals and accents."""
    kept = []
    for char in unicodedata.normalize('NFD', text.lower()) if fold else text:
        category = unicodedata.category(char)
        if (fold and category == 'Mn') or char == '\ufffd' or (category in ('Cc', 'Cf') and not char.isspace()):
            continue
        kept.append(char)
    return ''.join(kept)


def split_punctuation(word):
    """Cut a cleaned word without white space into runs of letters and single punctuation marks."""
    parts, current = [], ''
    for char in word:
        if is_punctuation(char):
            parts.extend(part for part in (current, char) if part)
            current = ''
        else:
            current += char
    if current:
        parts.append(current)
    return parts


def count_words(texts, fold=True):
    """Count the words of the texts as the tokenizer splits them."""
    raw = collections.Counter()
    for text in texts:
        raw.update(text.split())
    words = collections.Counter()
    for word, count in raw.items():
        for piece in clean(word, fold).split():
            for part in split_punctuation(piece):
                words[part] += count
    return words


def join_pair(left, right):
    """Return the piece that two neighbouring pieces make."""
    return left + right[len(PREFIX):]


class PairMerger:
    """Counts of neighbouring pieces in all words, kept up to date while pairs are merged."""

    def __init__(self, words):
        self.counts = list(words.values())
        self.pieces = [[word[0], *(PREFIX + char for char in word[1:])] for word in words]
        self.pair_counts = collections.Counter()
        self.where = collections.defaultdict(set)
        for index in range(len(self.pieces)):
            self.add(index, 1)
        self.heap = [(-count, pair) for pair, count in self.pair_counts.items()]
        heapq.heapify(self.heap)

    def add(self, index, sign):
        """Add a word's pairs to the counts, or take them off."""
        pieces = self.pieces[index]
        for pair in zip(pieces, pieces[1:]):
            self.pair_counts[pair] += sign * self.counts[index]
            if sign > 0:
                self.where[pair].add(index)

    def merge_next(self):
        """Merge the most frequent pair (ties: the first in order) and return the new piece."""
        while True:
            count, pair = heapq.heappop(self.heap)
            if self.pair_counts[pair] == -count:
                break
        merged, touched = join_pair(*pair), set()
        for index in sorted(self.where.pop(pair)):
            before = self.pieces[index]
            touched.update(zip(before, before[1:]))
            self.add(index, -1)
            self.pieces[index] = self.replace(before, pair, merged)
            self.add(index, 1)
            after = self.pieces[index]
            touched.update(zip(after, after[1:]))
        for changed in sorted(touched):
            if self.pair_counts[changed] > 0:
                heapq.heappush(self.heap, (-self.pair_counts[changed], changed))
        return merged

    @staticmethod
    def replace(pieces, pair, merged):
        """Return the pieces with each occurrence of the pair replaced."""
        result, index = [], 0
        while index < len(pieces):
            if tuple(pieces[index:index + 2]) == pair:
                result.append(merged)
                index += 2
            else:
                result.append(pieces[index])
                index += 1
        return result


def learn_vocabulary(texts, size, fold=True):
    """Return the pieces, special tokens first, then the alphabet, then merges by frequency."""
    words = count_words(texts, fold)
    letters = collections.Counter()
    for word, count in words.items():
        for char in word:
            letters[char] += count
    alphabet = {char for char, _ in letters.most_common(ALPHABET_SIZE_MAX)}
    usable = {
        word: count for word, count in words.items()
        if count >= WORD_COUNT_MIN and len(word) <= WORD_LENGTH_MAX and set(word) <= alphabet
    }
    pieces = dict.fromkeys([*SPECIAL_TOKENS, *sorted(alphabet), *sorted(PREFIX + char for char in alphabet)])
    merger = PairMerger(usable)
    while len(pieces) < size:
        pieces[merger.merge_next()] = None
    return list(pieces)


class WordPieceTokenizer:
    """Turns text into ids, without the special tokens at its ends."""

    def __init__(self, vocabulary, fold=True):
        self.fold = fold
        self.ids = {piece: index for index, piece in enumerate(vocabulary)}
        self.known = {}

    def cut_word(self, word):
        """Cut one word by the longest piece that fits; one that cannot be cut is unknown as a whole."""
        if len(word) > WORD_LENGTH_MAX:
            return [self.ids[UNKNOWN]]
        ids, start = [], 0
        while start < len(word):
            end = len(word)
            prefix = PREFIX if start > 0 else ''
            while end > start and prefix + word[start:end] not in self.ids:
                end -= 1
            if end == start:
                return [self.ids[UNKNOWN]]
            ids.append(self.ids[prefix + word[start:end]])
            start = end
        return ids

    def encode(self, text):
        """Return the ids of a text."""
        result = []
        for word in text.split():
            if word not in self.known:
                parts = [part for piece in clean(word, self.fold).split() for part in split_punctuation(piece)]
                self.known[word] = [index for part in parts for index in self.cut_word(part)]
            result.extend(self.known[word])
        return result
