"""A linear model on pairs of tokens, used as the baseline of the card and as the teacher of the encoder.

A label judges a whole review; most windows of 100 tokens say less than that. The teacher's opinion of the window itself
is a better target. Each review is judged by a teacher that was not trained on it.
"""
import numpy
from sklearn.feature_extraction.text import HashingVectorizer, TfidfTransformer
from sklearn.linear_model import LogisticRegression

FOLDS = 3
FEATURES = 2 ** 20


def features_of(token_lists, ngrams):
    """Count hashed n-grams of token ids."""
    hashing = HashingVectorizer(
        n_features=FEATURES, ngram_range=(1, ngrams), analyzer='word', tokenizer=str.split, token_pattern=None,
        lowercase=False, alternate_sign=False, norm=None,
    )
    counts = hashing.transform(' '.join(map(str, tokens)) for tokens in token_lists)
    counts.data[:] = 1
    return counts


class LinearModel:
    """Logistic regression on weighted n-grams."""

    def __init__(self, ngrams):
        self.ngrams = ngrams
        self.weighting = TfidfTransformer()
        self.regression = LogisticRegression(C=20, solver='liblinear')

    def fit(self, token_lists, labels):
        self.regression.fit(self.weighting.fit_transform(features_of(token_lists, self.ngrams)), labels)
        return self

    def logits(self, token_lists):
        """Return how positive each text is; 0 is undecided."""
        return self.regression.decision_function(self.weighting.transform(features_of(token_lists, self.ngrams)))

    def accuracy(self, token_lists, labels):
        return float(numpy.mean((self.logits(token_lists) > 0) == (numpy.asarray(labels) == 1)))


class Teachers:
    """One linear model for each fold, trained on the other folds."""

    def __init__(self, token_lists, labels):
        self.fold_of = numpy.arange(len(token_lists)) % FOLDS
        labels = numpy.asarray(labels)
        self.models = []
        for fold in range(FOLDS):
            others = numpy.flatnonzero(self.fold_of != fold)
            self.models.append(LinearModel(ngrams=2).fit([token_lists[index] for index in others], labels[others]))

    def judge(self, windows):
        """Return the logits of one window of each training review, in order."""
        logits = numpy.empty(len(windows), numpy.float32)
        for fold, model in enumerate(self.models):
            members = numpy.flatnonzero(self.fold_of == fold)
            logits[members] = model.logits([windows[index] for index in members])
        return logits
