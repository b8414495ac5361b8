"""Neural networks of scalar `Value`s, small enough to read.

module       Module: finds, names, saves and restores parameters (state: the file form; summary: the text
form) neuron       Neuron, z = w·x + b as one node and a = f(z) layers       Layer and MLP; sequential:
Sequential activations  activations by name; init: where the weights start losses       the losses of lectures
L4, and the l2 penalty; metrics: accuracy optim        SGD, Adam, AdamW, clip_grad_norm; lbfgs: LBFGS training
fit and predict; history: what a run did
datasets     the playground's points, and its features
"""

from . import datasets, init
from .activations import Elementwise, activation_names
from .errors import DivergenceError, StateError
from .history import History
from .layers import MLP, Layer
from .lbfgs import LBFGS
from .losses import (
    binary_cross_entropy,
    binary_cross_entropy_with_logits,
    half_squared_error,
    hinge,
    l2,
    mse,
    perceptron_loss,
    softmax_cross_entropy,
    squared_error,
)
from .metrics import accuracy
from .module import Module
from .neuron import Neuron
from .optim import SGD, Adam, AdamW, Optimizer, clip_grad_norm
from .sequential import Sequential
from .training import fit, predict

__all__ = [
    "LBFGS",
    "MLP",
    "SGD",
    "Adam",
    "AdamW",
    "DivergenceError",
    "Elementwise",
    "History",
    "Layer",
    "Module",
    "Neuron",
    "Optimizer",
    "Sequential",
    "StateError",
    "accuracy",
    "activation_names",
    "binary_cross_entropy",
    "binary_cross_entropy_with_logits",
    "clip_grad_norm",
    "datasets",
    "fit",
    "half_squared_error",
    "hinge",
    "init",
    "l2",
    "mse",
    "perceptron_loss",
    "predict",
    "softmax_cross_entropy",
    "squared_error",
]
