"""The network: embeddings of pieces, one bidirectional LSTM, and a label for each piece."""
import pathlib
import sys

from torch import nn

sys.path.append(str(pathlib.Path(__file__).resolve().parents[2] / 'movie-sentiment/train'))
from lstm import BidirectionalLSTM  # noqa: E402

EMBEDDING, HIDDEN, POSITIONS = 96, 128, 256


class Tagger(nn.Module):
    """Ids and mask [N, length] to logits [N, length, labels]."""

    def __init__(self, vocabulary_size, label_count):
        super().__init__()
        self.pieces = nn.Embedding(vocabulary_size, EMBEDDING)
        self.lstm = BidirectionalLSTM(EMBEDDING, HIDDEN)
        self.head = nn.Linear(2 * HIDDEN, label_count)
        self.dropout = nn.Dropout(0.3)
        nn.init.normal_(self.pieces.weight, std=0.1)

    def forward(self, ids, mask):
        states = self.lstm(self.dropout(self.pieces(ids)), mask.sum(dim=1))
        return self.head(self.dropout(states))
