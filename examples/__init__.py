"""The curriculum: one runnable lesson a file, each leaves a picture. `python -m examples` lists them."""
