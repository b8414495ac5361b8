"""The peers' own virtual environment, one per Python version, in a folder that git ignores.

It holds the peers and this project (editable, with its base dependencies only): one interpreter runs every
engine, with nothing else installed. Delete the folder to start afresh.
"""

import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CACHE = ROOT / ".benchmarks"
PEERS = ("micrograd==0.1.0",)


def peer_python() -> Path:
    """Return the interpreter of the peers' environment, made on first use.

    Raises `subprocess.CalledProcessError`, after pip has said why, if a peer can't be installed.
    """
    folder = CACHE / "peers-{}.{}".format(*sys.version_info)
    python = folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    wanted = "\n".join(PEERS)
    complete = folder / "complete"  # written last: an interrupted installation is made anew
    if not complete.exists() or complete.read_text("utf-8") != wanted:
        print(f"installing {', '.join(PEERS)} into {folder.relative_to(ROOT)}", file=sys.stderr, flush=True)
        venv.create(folder, clear=True, with_pip=True)
        subprocess.run([python, "-m", "pip", "install", "-q", *PEERS, "-e", ROOT], check=True)
        complete.write_text(wanted, "utf-8")
    return python
