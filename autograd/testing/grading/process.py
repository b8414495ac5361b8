"""`Process`: a student's file in a process of its own, with limits on time and memory, asked in lines of JSON.

A file that hangs, exits or crashes ends its own process only; the next question is put to a fresh one.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import signal
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import Any

__all__ = ["LostError", "Process"]

WORKER = Path(__file__).with_name("worker.py")
MEGABYTES = 2048
KEPT = 4000
"""Characters of the file's own output that are kept."""

LONGEST = 4_000_000
"""Characters of an answer: a longer one is not ours."""


class LostError(Exception):
    """The process did not answer: `hung` says whether it ran out of time; the text says what happened."""

    def __init__(self, text: str, *, hung: bool = False) -> None:
        super().__init__(text)
        self.hung = hung


class Process:
    """One process with the worker in it; `ask` puts a question, `close` ends it and whatever it has started."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="chainrule-grade-", ignore_cleanup_errors=True)
        self._process = subprocess.Popen(
            [sys.executable, "-P", str(WORKER), str(MEGABYTES)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=self._folder.name,  # what the file writes by a relative name goes with the process
            env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONHASHSEED": "0", "PYTHONUNBUFFERED": "1"},
            encoding="utf-8",
            errors="backslashreplace",
            start_new_session=True,
        )
        self.output = ""
        self._answers: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._threads = [threading.Thread(target=target, daemon=True) for target in (self._listen, self._drain)]
        for thread in self._threads:
            thread.start()

    def ask(self, request: dict[str, Any], seconds: float) -> dict[str, Any]:
        """The answer; `LostError` where there is none in time, and the process is ended then."""
        questions = self._process.stdin
        try:
            if questions is None or questions.closed:
                raise BrokenPipeError
            questions.write(json.dumps(request) + "\n")
            questions.flush()
            line = self._answers.get(timeout=seconds)
            answer = json.loads(line)
            if isinstance(answer, dict):
                return answer
        except queue.Empty:
            self.close()
            raise LostError(f"no end after {seconds:g} s", hung=True) from None
        except (OSError, ValueError):
            pass  # it has gone, or says something that is no answer
        raise LostError(self._ending())

    def close(self) -> None:
        """End the process, and on POSIX its children."""
        if hasattr(os, "killpg"):
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)
        self._process.kill()
        self._process.wait()
        for thread in self._threads:
            thread.join(timeout=1.0)
        for stream in (self._process.stdin, self._process.stdout, self._process.stderr):
            with contextlib.suppress(OSError, ValueError):
                if stream is not None:
                    stream.close()
        self._folder.cleanup()

    def _ending(self) -> str:
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(timeout=1.0)
        status = self._process.returncode
        self.close()
        if status is None:
            return "its answer could not be read"
        if status < 0:
            with contextlib.suppress(ValueError):
                return f"the process died of {signal.Signals(-status).name}"
        return f"the process ended with exit status {status}"

    def _listen(self) -> None:
        stream = self._process.stdout
        with contextlib.suppress(OSError, ValueError):
            while stream is not None and (line := stream.readline(LONGEST)):
                self._answers.put(line)
        self._answers.put("")

    def _drain(self) -> None:
        """Keep the beginning of what the file prints, and read on, so that it never waits for a reader."""
        stream = self._process.stderr
        with contextlib.suppress(OSError, ValueError):
            while stream is not None and (text := stream.readline(KEPT)):
                if len(self.output) < KEPT:
                    self.output += text[: KEPT - len(self.output)]
