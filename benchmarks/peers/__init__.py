"""The table beside array libraries: `python -m benchmarks --peers`, in an environment of its own.

`tasks` says what is trained, a module a library trains it, `worker` checks and times one, `figures` prints.
Every engine starts from the same numbers and is held to the losses and parameters of our eager engine.
"""
