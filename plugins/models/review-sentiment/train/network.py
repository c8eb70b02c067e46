"""The encoder: BERT-mini in its sizes, with mean pooling."""
import math

import torch
from torch import nn
from torch.nn import functional

LAYERS, HIDDEN, HEADS, FEED_FORWARD, POSITIONS = 4, 256, 4, 1024, 256
LABELS = ('negative', 'positive')
NORM_EPSILON = 1e-12


class Layer(nn.Module):
    """Self-attention and a feed-forward part, each added to its input and normalised, as in BERT.

    The last matrix of each part begins at zero: a new layer passes on what it gets, so that layers can be put on
    embeddings that are already trained.
    """

    def __init__(self):
        super().__init__()
        self.projection = nn.Linear(HIDDEN, 3 * HIDDEN)
        self.attention_output = nn.Linear(HIDDEN, HIDDEN)
        self.attention_norm = nn.LayerNorm(HIDDEN, eps=NORM_EPSILON)
        self.feed_forward = nn.Linear(HIDDEN, FEED_FORWARD)
        self.output = nn.Linear(FEED_FORWARD, HIDDEN)
        self.output_norm = nn.LayerNorm(HIDDEN, eps=NORM_EPSILON)
        for last in (self.attention_output, self.output):
            nn.init.zeros_(last.weight)
            nn.init.zeros_(last.bias)

    def attend(self, states, bias):
        """Mix each position with the others; bias is a large negative number where there is padding."""
        count, length, _ = states.shape
        parts = self.projection(states).view(count, length, 3, HEADS, HIDDEN // HEADS).permute(2, 0, 3, 1, 4)
        query, key, value = parts[0], parts[1], parts[2]
        weights = (query @ key.transpose(-1, -2) / math.sqrt(HIDDEN // HEADS) + bias).softmax(dim=-1)
        return self.attention_output((weights @ value).transpose(1, 2).reshape(count, length, HIDDEN))

    def forward(self, states, bias):
        states = self.attention_norm(states + self.attend(states, bias))
        return self.output_norm(states + self.output(functional.gelu(self.feed_forward(states))))


class Encoder(nn.Module):
    """Ids and mask [N, length] to the mean of the last states [N, 256] and two logits [N, 2]."""

    def __init__(self, vocabulary_size):
        super().__init__()
        self.words = nn.Embedding(vocabulary_size, HIDDEN)
        self.positions = nn.Embedding(POSITIONS, HIDDEN)
        self.embedding_norm = nn.LayerNorm(HIDDEN, eps=NORM_EPSILON)
        self.layers = nn.ModuleList(Layer() for _ in range(LAYERS))
        self.head = nn.Linear(HIDDEN, len(LABELS))
        self.dropout = nn.Dropout(0.1)
        nn.init.normal_(self.words.weight, std=0.05)
        nn.init.normal_(self.positions.weight, std=0.005)

    def embed(self, ids, position_ids):
        """Return the normalised sum of word and position."""
        return self.embedding_norm(self.words(ids) + self.positions(position_ids))

    def pool(self, states, mask):
        """Return the mean over what is no padding."""
        weights = mask.unsqueeze(-1).to(states.dtype)
        return (states * weights).sum(dim=1) / weights.sum(dim=1)

    def forward(self, ids, mask, position_ids=None, depth=LAYERS):
        """Run the first `depth` layers; 0 judges by the embeddings alone, as a bag of words does."""
        if position_ids is None:
            position_ids = torch.arange(ids.shape[1]).unsqueeze(0)
        states = self.dropout(self.embed(ids, position_ids))
        bias = (1.0 - mask[:, None, None, :].float()) * -10_000.0
        for layer in self.layers[:depth]:
            states = layer(states, bias)
        pooled = self.pool(states, mask)
        return pooled, self.head(self.dropout(pooled))
