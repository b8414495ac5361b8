"""The grader of a student's own engine: `python -m autograd.testing grade their_file.py`, or `grade(path)`.

process, worker   the file in a process of its own      student       programs in the class's own syntax
operations        what it supports; values              seeding, derivatives   each operation's gradients
passes, orders    whole backward passes                 search        random programs, shrunk
marks, advice     the rubric, the words                 grade, report, command   from the file to the page
"""

from .grade import Grade, UngradableError, grade
from .marks import RUBRIC, Item, Mistake

__all__ = ["RUBRIC", "Grade", "Item", "Mistake", "UngradableError", "grade"]
