"""The network: embeddings, one bidirectional LSTM, and what is largest and what is usual among its states."""
import torch
from torch import nn

from lstm import BidirectionalLSTM

EMBEDDING, HIDDEN, LENGTH = 64, 64, 400
LABELS = ('negative', 'positive')
MASKED = -1e4


class Network(nn.Module):
    """Ids [N, length], 0 where there is padding, to two logits [N, 2]."""

    def __init__(self, vocabulary_size):
        super().__init__()
        self.words = nn.Embedding(vocabulary_size, EMBEDDING, padding_idx=0)
        self.lstm = BidirectionalLSTM(EMBEDDING, HIDDEN)
        self.head = nn.Linear(4 * HIDDEN, len(LABELS))
        self.dropout = nn.Dropout(0.5)
        nn.init.normal_(self.words.weight, std=0.1)
        with torch.no_grad():
            self.words.weight[0] = 0

    def forward(self, ids):
        mask = (ids != 0).unsqueeze(-1)
        lengths = mask.sum(dim=(1, 2))
        states = self.lstm(self.dropout(self.words(ids)), lengths)
        largest = states.masked_fill(~mask, MASKED).amax(dim=1)
        usual = states.masked_fill(~mask, 0).sum(dim=1) / lengths.unsqueeze(-1)
        return self.head(self.dropout(torch.cat((largest, usual), dim=1)))
