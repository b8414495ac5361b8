"""Neural networks of scalar `Value`s, small enough to read.

module       Module: finds, names, saves and restores parameters (state: the file form; summary: the text form)
neuron       Neuron, z = w·x + b as one node and a = f(z)
layers       Layer and MLP; sequential: Sequential
activations  activations by name; init: where the weights start
losses       the losses of lectures L4, and the l2 penalty; metrics: accuracy
optim        SGD, Adam, AdamW, clip_grad_norm; lbfgs: LBFGS; schedules: learning rates over the epochs
training     fit and predict; history: what a run did

perceptron   the first learning machine (L1); gated: the GLU family (L3)
normalisation LayerNorm, RMSNorm, BatchNorm; residual, dropout (L9)
embedding    vectors of tokens; positions: sines and cosines; attention, transformer (L10)
language     GPT and Transformer, of the parts above; generation: `generate`, which lets them write
recurrent    RNN and LSTM cells, unrolled; convolution: Conv2d, pooling, flatten (L10)
datasets     the playground's data sets and features (L6)
habits       what to write here for names of torch.nn
"""

from typing import TYPE_CHECKING

from autograd.habits import not_here

from . import datasets, init
from .activations import Elementwise, activation_names
from .attention import MultiHeadAttention, attention, attention_weights, causal_mask
from .convolution import AvgPool2d, Conv2d, MaxPool2d, flatten
from .dropout import Dropout
from .embedding import Embedding, one_hot
from .errors import DivergenceError, StateError
from .gated import GEGLU, GLU, ReGLU, SwiGLU
from .generation import generate
from .habits import NAMES
from .history import History
from .language import GPT, Transformer
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
from .normalisation import BatchNorm, LayerNorm, RMSNorm
from .optim import SGD, Adam, AdamW, Optimizer, clip_grad_norm
from .perceptron import Perceptron
from .positions import PositionalEncoding, positional_encoding
from .recurrent import LSTMCell, Recurrent, RNNCell
from .residual import Residual
from .schedules import (
    CosineAnnealingLR,
    ExponentialLR,
    LambdaLR,
    LinearLR,
    LRScheduler,
    SequentialLR,
    StepLR,
)
from .sequential import Each, Sequential
from .training import fit, predict
from .transformer import DecoderBlock, EncoderBlock, FeedForward, TransformerBlock

__all__ = [
    "GEGLU",
    "GLU",
    "GPT",
    "LBFGS",
    "MLP",
    "SGD",
    "Adam",
    "AdamW",
    "AvgPool2d",
    "BatchNorm",
    "Conv2d",
    "CosineAnnealingLR",
    "DecoderBlock",
    "DivergenceError",
    "Dropout",
    "Each",
    "Elementwise",
    "Embedding",
    "EncoderBlock",
    "ExponentialLR",
    "FeedForward",
    "History",
    "LRScheduler",
    "LSTMCell",
    "LambdaLR",
    "Layer",
    "LayerNorm",
    "LinearLR",
    "MaxPool2d",
    "Module",
    "MultiHeadAttention",
    "Neuron",
    "Optimizer",
    "Perceptron",
    "PositionalEncoding",
    "RMSNorm",
    "RNNCell",
    "ReGLU",
    "Recurrent",
    "Residual",
    "Sequential",
    "SequentialLR",
    "StateError",
    "StepLR",
    "SwiGLU",
    "Transformer",
    "TransformerBlock",
    "accuracy",
    "activation_names",
    "attention",
    "attention_weights",
    "binary_cross_entropy",
    "binary_cross_entropy_with_logits",
    "causal_mask",
    "clip_grad_norm",
    "datasets",
    "fit",
    "flatten",
    "generate",
    "half_squared_error",
    "hinge",
    "init",
    "l2",
    "mse",
    "one_hot",
    "perceptron_loss",
    "positional_encoding",
    "predict",
    "softmax_cross_entropy",
    "squared_error",
]

if not TYPE_CHECKING:  # (a type checker says of its own that a name is missing)

    def __getattr__(name: str) -> object:
        raise not_here("nn", name, NAMES.get(name, ""))
