"""Testing gradients: `check_grad` for one function at one point, `programs` and friends for random ones."""
from .check import check_grad
from .mutants import changed_rule, check_operation, mutants
