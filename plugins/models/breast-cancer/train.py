#!/usr/bin/env python3
"""Train the tumour classifier of this package and export it to ONNX.

    python3 train.py --output model.onnx

A logistic regression on 30 standardised measurements. Its regularisation is chosen by
cross-validation inside the training rows; the held-out rows named in data/split.json are read once,
at the end. The exported graph takes the measurements as they are: the standardisation is part of it.
"""
import argparse
import csv
import json
import pathlib

import numpy
import onnx
from onnx import TensorProto, helper, numpy_helper
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedKFold, cross_val_predict, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

PACKAGE = pathlib.Path(__file__).resolve().parent
LABELS = ['malignant', 'benign']
CANDIDATE_C = [0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0]
FOLD_COUNT = 10
ONNX_OPSET = 14
ONNX_IR_VERSION = 7


def parse_arguments():
    """Return the command line's options."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        '--data', type=pathlib.Path, default=PACKAGE / 'data', help='folder with wdbc.csv and split.json'
    )
    parser.add_argument('--output', type=pathlib.Path, default=pathlib.Path('model.onnx'))
    parser.add_argument('--seed', type=int, default=20261122, help='seed of the cross-validation folds')
    return parser.parse_args()


def read_table(folder):
    """Return the measurements as float64 [569,30] and the class of each row as an index into LABELS."""
    with open(folder / 'wdbc.csv', newline='') as file:
        _header, *rows = csv.reader(file)
    features = numpy.array([row[:-1] for row in rows], dtype=numpy.float64)
    classes = numpy.array([LABELS.index(row[-1]) for row in rows])
    return features, classes


def read_held_out(folder, row_count):
    """Return a mask that is true for the held-out rows; row 0 is the first below the header."""
    split = json.loads((folder / 'split.json').read_text())
    mask = numpy.zeros(row_count, dtype=bool)
    mask[split['heldOutRows']] = True
    return mask


def build_classifier(c):
    """Return an untrained classifier; `c` is the inverse strength of the L2 penalty."""
    return make_pipeline(StandardScaler(), LogisticRegression(C=c, max_iter=10_000, tol=1e-8))


def choose_c(features, classes, folds):
    """Return the candidate whose cross-validated log loss is lowest: it rewards honest scores, not only labels."""
    best_c, best_loss = None, numpy.inf
    for c in CANDIDATE_C:
        loss = -cross_val_score(build_classifier(c), features, classes, cv=folds, scoring='neg_log_loss').mean()
        print(json.dumps({'c': c, 'crossValidatedLogLoss': round(loss, 4)}))
        if loss < best_loss:
            best_c, best_loss = c, loss
    return best_c


def build_graph(classifier):
    """Return the ONNX model: `features` float32 [N,30] to `probabilities` float32 [N,2] in the order of LABELS.

    The regression has one logit z for class 1. Softmax over (-z/2, z/2) gives the same two
    probabilities as the logistic function of z.
    """
    scaler, regression = classifier[0], classifier[1]
    weights, bias = regression.coef_[0], regression.intercept_[0]
    constants = {
        'mean': scaler.mean_,
        'scale': scaler.scale_,
        'weights': numpy.stack([-weights / 2, weights / 2], axis=1),
        'bias': numpy.array([-bias / 2, bias / 2]),
    }
    nodes = [
        helper.make_node('Sub', ['features', 'mean'], ['centred']),
        helper.make_node('Div', ['centred', 'scale'], ['standardised']),
        helper.make_node('Gemm', ['standardised', 'weights', 'bias'], ['logits']),
        helper.make_node('Softmax', ['logits'], ['probabilities'], axis=1),
    ]
    graph = helper.make_graph(
        nodes,
        'breast-cancer',
        inputs=[helper.make_tensor_value_info('features', TensorProto.FLOAT, ['N', len(weights)])],
        outputs=[helper.make_tensor_value_info('probabilities', TensorProto.FLOAT, ['N', len(LABELS)])],
        initializer=[numpy_helper.from_array(value.astype(numpy.float32), name) for name, value in constants.items()],
    )
    opset = helper.make_opsetid('', ONNX_OPSET)
    return helper.make_model(graph, opset_imports=[opset], ir_version=ONNX_IR_VERSION, producer_name='steelyard')


def write_onnx(classifier, path):
    """Check the exported graph and write it."""
    model = build_graph(classifier)
    onnx.checker.check_model(model)
    onnx.save(model, str(path))


def score_per_class(predicted, classes):
    """Return precision, recall and count of each class."""
    scores = {}
    for index, label in enumerate(LABELS):
        hits = ((classes == index) & (predicted == index)).sum()
        scores[label] = {
            'precision': round(float(hits / (predicted == index).sum()), 4),
            'recall': round(float(hits / (classes == index).sum()), 4),
            'n': int((classes == index).sum()),
        }
    return scores


def score(probabilities, classes):
    """Return the figures of the card; the confusion matrix has one row per true class."""
    predicted = probabilities.argmax(axis=1)
    confusion = [[int(((classes == true) & (predicted == said)).sum()) for said in (0, 1)] for true in (0, 1)]
    return {
        'n': len(classes),
        'accuracy': round(float((predicted == classes).mean()), 4),
        'areaUnderRoc': round(roc_auc_score(classes, probabilities[:, 1]), 4),
        'confusion': confusion,
        'perClass': score_per_class(predicted, classes),
    }


def main():
    """Choose the regularisation, train, export, then test once."""
    options = parse_arguments()
    features, classes = read_table(options.data)
    held_out = read_held_out(options.data, len(features))
    train_features, train_classes = features[~held_out], classes[~held_out]
    folds = StratifiedKFold(FOLD_COUNT, shuffle=True, random_state=options.seed)
    c = choose_c(train_features, train_classes, folds)
    out_of_fold = cross_val_predict(
        build_classifier(c), train_features, train_classes, cv=folds, method='predict_proba'
    )
    classifier = build_classifier(c).fit(train_features, train_classes)
    write_onnx(classifier, options.output)
    report = {
        'c': c,
        'crossValidation': score(out_of_fold, train_classes),
        'heldOut': score(classifier.predict_proba(features[held_out]), classes[held_out]),
    }
    print(json.dumps(report, indent=2))


if __name__ == '__main__':
    main()
