"""Side-by-side figures against peers: `python -m benchmarks` prints one Markdown table of ratios.

`environment` installs the peers, `worker` takes one measurement in a fresh process, `rounds` interleaves the
processes, `figures` says what is measured and asked, `moons` and `moons_nn` are the shared task, `report` is
the table. Never part of the tests: a busy machine must not fail them.
"""
