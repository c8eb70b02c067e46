#!/usr/bin/env python3
"""Logistic regression on counted words, on the same division: what the LSTM is to be compared with.

    OMP_NUM_THREADS=1 python3 baseline.py --data reviews.json
"""
import argparse
import pathlib

from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from reviews import read_reviews


def main():
    """Fit on the training reviews, score on the test reviews."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--data', type=pathlib.Path, required=True)
    parts = read_reviews(parser.parse_args().data)
    for pairs in (1, 2):
        model = make_pipeline(TfidfVectorizer(ngram_range=(1, pairs), min_df=3, sublinear_tf=True), LogisticRegression(C=10, solver='liblinear'))
        model.fit(*zip(*parts['train']))
        print(f'words in runs of up to {pairs}: {model.score(*zip(*parts["test"])):.4f}', flush=True)


if __name__ == '__main__':
    main()
