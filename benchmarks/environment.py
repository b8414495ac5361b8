"""Virtual environments for the peers, one per Python version and purpose, in a folder that git ignores.

Each holds its peers and this project (editable): one interpreter runs every engine, with nothing else installed.
Delete the folder to start afresh.
"""

import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CACHE = ROOT / ".benchmarks"
PACKAGES = {
    "scalars": ("micrograd==0.1.0",),
    "peers": (
        "micrograd==0.1.0",
        "numpy==2.4.6",
        "torch==2.13.0",
        "jax==0.10.2",
        "casadi==3.8.2",
        "numba>=0.60",
        "scikit-learn>=1.4",
    ),
}
"""What each environment holds: `scalars` for the table of the engine, `peers` for the one of array libraries."""


def peer_python(name: str = "scalars") -> Path:
    """Return the interpreter of an environment, made on first use.

    Raises `subprocess.CalledProcessError`, after pip has said why, if a peer can't be installed.
    """
    folder = CACHE / "{}-{}.{}".format(name, *sys.version_info)
    python = folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    wanted = "\n".join(PACKAGES[name])
    complete = folder / "complete"  # written last: an interrupted installation is made anew
    if not complete.exists() or complete.read_text("utf-8") != wanted:
        print(f"installing {', '.join(PACKAGES[name])} into {folder.relative_to(ROOT)}", file=sys.stderr, flush=True)
        venv.create(folder, clear=True, with_pip=True)
        subprocess.run([python, "-m", "pip", "install", "-q", *PACKAGES[name], "-e", ROOT], check=True)
        complete.write_text(wanted, "utf-8")
    return python
