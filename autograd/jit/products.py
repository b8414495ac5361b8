"""The sources of the native kernels that are no row of their own: matrix products in blocks, copies, checks.

A product's gradients follow from its being a sum of products (`bilinear` reads that from the row): no derivative of
the table is repeated here.
"""

__all__ = [
    "CHECK", "FINITE", "GATHER", "GATHER_BACK", "PRODUCT", "PRODUCT_BIAS", "PRODUCT_LEFT", "PRODUCT_RIGHT", "ZERO",
]  # fmt: skip

# Blocks of 4 × 4 numbers of one factor stay in registers while a row of lanes of the other passes through.
_BLOCK = 4


def _accumulating(rows: int, terms: int, source: str, target: str, step: str, first: str) -> list[str]:
    """Lines that add a block's products of `terms` rows of lanes to `rows` rows of lanes."""
    lines = [f"w{r}{k} = {first.format(r=r, k=k)}" for r in range(rows) for k in range(terms)]
    lines += [f"x{k} = {step.format(k=k)}" for k in range(terms)]
    lines += ["for v in range(V):"]
    lines += [f"    a{k} = {source}[x{k} + v]" for k in range(terms)]
    for r in range(rows):
        products = " + ".join(f"w{r}{k} * a{k}" for k in range(terms))
        lines.append(f"    {target}[z{r} + v] += {products}")
    return lines


def _indented(lines: list[str], depth: int) -> list[str]:
    return ["    " * depth + line for line in lines]


def _row_update(source: str, target: str, rows: str, terms: str, start: list[str], weight: str, step: str) -> list[str]:
    """Loops over blocks of target rows and of terms; what does not fill a block goes one by one."""
    lines = ["u = 0"]
    for count in (_BLOCK, 1):
        lines += [f"while u + {count} <= {rows}:"]
        body = [line.format(r=r) for r in range(count) for line in start]
        body += ["k = 0"]
        for width in (_BLOCK, 1):
            body += [f"while k + {width} <= {terms}:"]
            body += _indented(_accumulating(count, width, source, target, step, weight), 1)
            body += [f"    k += {width}"]
        body += [f"u += {count}"]
        lines += _indented(body, 1)
    return lines


def _kernel(lines: list[str]) -> str:
    return "\n".join(["@product", "def run(D, G, I, at):", *_indented([*lines, "return 0"], 1), ""])


# Arguments: U, V (as padded), K, offset and stride of the result, offset and strides of left, offset and stride of
# right, offset and strides of the bias (or -1), the lanes there really are.
_ARGUMENTS = [
    "U = I[at]; V = I[at + 1]; K = I[at + 2]; zo = I[at + 3]; zs = I[at + 4]",
    "lo = I[at + 5]; ls = I[at + 6]; lk = I[at + 7]; ro = I[at + 8]; rs = I[at + 9]",
    "bo = I[at + 10]; bs = I[at + 11]; bv = I[at + 12]; W = I[at + 13]",
]

PRODUCT = _kernel(
    [
        *_ARGUMENTS,
        *_row_update(
            "D",
            "D",
            "U",
            "K",
            [
                "z{r} = zo + (u + {r}) * zs",
                "if bo < 0:",
                "    for v in range(V): D[z{r} + v] = 0.0",
                "else:",
                "    b = bo + (u + {r}) * bs",
                "    if bv == 0:",
                "        c = D[b]",
                "        for v in range(W): D[z{r} + v] = c",
                "    else:",
                "        for v in range(W): D[z{r} + v] = D[b + v]",
                "    for v in range(W, V): D[z{r} + v] = 0.0",
            ],
            "D[lo + (u + {r}) * ls + (k + {k}) * lk]",
            "ro + (k + {k}) * rs",
        ),
    ]
)

# The gradient of right: rows of lanes again, with left transposed. The last argument says whether it is set first.
PRODUCT_RIGHT = _kernel(
    [
        *_ARGUMENTS,
        *_row_update(
            "G",
            "G",
            "K",
            "U",
            ["z{r} = ro + (u + {r}) * rs", "if I[at + 14]:", "    for v in range(V): G[z{r} + v] = 0.0"],
            "D[lo + (k + {k}) * ls + (u + {r}) * lk]",
            "zo + (k + {k}) * zs",
        ),
    ]
)


def _sums(rows: int, terms: int) -> list[str]:
    cells = [(r, k) for r in range(rows) for k in range(terms)]
    lines = [f"z{r} = zo + (u + {r}) * zs" for r in range(rows)]
    lines += [f"x{k} = ro + (k + {k}) * rs" for k in range(terms)]
    lines += [f"s{r}{k} = 0.0" for r, k in cells]
    lines += ["for v in range(V):"]
    lines += [f"    a{k} = D[x{k} + v]" for k in range(terms)]
    for r in range(rows):
        lines.append(f"    g = G[z{r} + v]")
        lines += [f"    s{r}{k} += g * a{k}" for k in range(terms)]
    for r, k in cells:
        lines += [f"p = lo + (u + {r}) * ls + (k + {k}) * lk", f"G[p] = s{r}{k} if fresh else G[p] + s{r}{k}"]
    return lines


def _left() -> list[str]:
    lines = [*_ARGUMENTS, "fresh = I[at + 14]", "u = 0"]
    for count in (_BLOCK, 1):
        body = ["k = 0"]
        for width in (_BLOCK, 1):
            body += [f"while k + {width} <= K:", *_indented(_sums(count, width), 1), f"    k += {width}"]
        lines += [f"while u + {count} <= U:", *_indented([*body, f"u += {count}"], 1)]
    return lines


# The gradient of left: each number is a sum over lanes.
PRODUCT_LEFT = _kernel(_left())

PRODUCT_BIAS = _kernel(
    [
        *_ARGUMENTS,
        "fresh = I[at + 14]",
        "for u in range(U):",
        "    z = zo + u * zs; b = bo + u * bs",
        "    if bv == 0:",
        "        s = 0.0",
        "        for v in range(V): s += G[z + v]",
        "        G[b] = s if fresh else G[b] + s",
        "    elif fresh:",
        "        for v in range(W): G[b + v] = G[z + v]",
        "    else:",
        "        for v in range(W): G[b + v] += G[z + v]",
    ]
)

GATHER = _kernel(
    [
        "o = I[at + 2]; t = I[at + 4]",
        "for u in range(I[at]):",
        "    for v in range(I[at + 1]): D[o + u * I[at + 3] + v] = D[I[t + u * I[at + 1] + v]]",
    ]
)

GATHER_BACK = _kernel(
    [
        "o = I[at + 2]; t = I[at + 4]",
        "for u in range(I[at]):",
        "    for v in range(I[at + 1]): G[I[t + u * I[at + 1] + v]] += G[o + u * I[at + 3] + v]",
    ]
)

ZERO = _kernel(["for v in range(I[at], I[at] + I[at + 1]): G[v] = 0.0"])

# Whether one number is not a number.
CHECK = "\n".join(["@kernel", "def run(D, G, I, at):", "    return 1 if D[I[at]] != D[I[at]] else 0", ""])

# Whether one number is not finite.
FINITE = "\n".join(["@kernel", "def run(D, G, I, at):", "    return 0 if abs(D[I[at]]) < inf else 1", ""])
