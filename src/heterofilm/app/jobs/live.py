"""A warm process that works out what the user looks at, curves and answers to questions: of each kind the newest is
made, older ones are dropped.

It reads questions from its standard input, answers on its standard output, and ends when they are closed: whatever
becomes of the server, it is not left behind. Both ends are this package's own, so what passes between them is pickled.
"""

from __future__ import annotations

import os
import pickle
import struct
import subprocess
import sys
import threading
import time
from concurrent.futures import CancelledError, Future
from contextlib import suppress
from pathlib import Path
from typing import IO, Any, NamedTuple

from ...errors import HeterofilmError, InputError, SimulationError
from ...records.record import Record
from ..session.questions.question import Answered, Question
from ..session.state import Curve

__all__ = ["Answer", "Live"]

_LENGTH = struct.Struct("<Q")


class Answer(NamedTuple):
    """What was asked; of a curve its record (no losses, no profiles), of a question its answer; the seconds it took,
    "" or why it is cut or not there."""

    asked: Curve | Question
    record: Record | None
    seconds: float
    error: str
    found: Answered | None = None


class Live:
    """The process as the server sees it. `ask` from any thread; `stop` ends what runs, `close` the process."""

    def __init__(self, project: Path) -> None:
        self.project = project
        self._lock = threading.Condition()
        self._waiting: list[tuple[Curve | Question, Path | None, Future[Answer]]] = []
        self._child: subprocess.Popen[bytes] | None = None
        self._closed = False
        self._thread = threading.Thread(target=self._serve, name="heterofilm live", daemon=True)
        self._thread.start()

    def ask(self, wanted: Curve | Question, keep: Path | None = None) -> Future[Answer]:
        """What is wanted, as soon as what runs is done; one of its kind that still waits is dropped for it
        (`CancelledError`).

        `keep`: also write the whole record of a curve there; such a one is not dropped.
        """
        asked: Future[Answer] = Future()
        with self._lock:
            if keep is None:
                for _, _, older in (one for one in self._waiting if one[1] is None and type(one[0]) is type(wanted)):
                    older.cancel()
            self._waiting = [one for one in self._waiting if not one[2].cancelled()] + [(wanted, keep, asked)]
            self._lock.notify_all()
        return asked

    def stop(self) -> None:
        """End what runs, and begin anew with the next question."""
        with self._lock:
            for _, _, waiting in self._waiting:
                waiting.cancel()
            self._waiting = []
            child, self._child = self._child, None
        _end(child)

    def close(self) -> None:
        """End the process for good."""
        with self._lock:
            self._closed = True
            self._lock.notify_all()
        self.stop()
        self._thread.join(10.0)

    def warm(self) -> None:
        """Start the process before the first question."""
        with self._lock:
            self._started()

    def _started(self) -> subprocess.Popen[bytes]:
        if self._closed:
            raise CancelledError
        if self._child is None or self._child.poll() is not None:
            self._child = subprocess.Popen(
                [sys.executable, "-m", "heterofilm.app.jobs.live", str(self.project)],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True,
            )  # fmt: skip
        return self._child

    def _serve(self) -> None:
        while True:
            with self._lock:
                while not self._waiting and not self._closed:
                    self._lock.wait()
                if self._closed:
                    return
                wanted, keep, asked = self._waiting.pop(0)
                if not asked.set_running_or_notify_cancel():
                    continue
                child = self._started()
            try:
                assert child.stdin is not None and child.stdout is not None
                _put(child.stdin, (wanted, keep))
                content, seconds, error = _got(child.stdout)
            except (OSError, EOFError, pickle.UnpicklingError):
                _end(child)
                asked.set_exception(InputError("The simulation was stopped."))
                continue
            if isinstance(wanted, Curve):
                record = None if content is None else Record(**content)
                asked.set_result(Answer(wanted, record, seconds, error))
            else:
                asked.set_result(Answer(wanted, None, seconds, error, content))


def _put(stream: IO[bytes], thing: Any) -> None:
    data = pickle.dumps(thing, protocol=pickle.HIGHEST_PROTOCOL)
    stream.write(_LENGTH.pack(len(data)) + data)
    stream.flush()


def _got(stream: IO[bytes]) -> Any:
    head = stream.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        raise EOFError
    (length,) = _LENGTH.unpack(head)
    data = stream.read(length)
    if len(data) < length:
        raise EOFError
    return pickle.loads(data)


def _end(child: subprocess.Popen[bytes] | None) -> None:
    if child is None:
        return
    child.kill()
    child.wait(30.0)
    for stream in (child.stdin, child.stdout):
        if stream is not None:
            with suppress(OSError):  # what it did not read any more
                stream.close()


def _watch(parent: int) -> None:
    """End with the server, also while something runs."""
    while os.getppid() == parent:
        time.sleep(1.0)
    os._exit(0)


def _answer(curve: Curve, keep: Path | None, project: Path) -> tuple[Any, float, str]:
    from ...simulation.run import simulate

    began, error = time.perf_counter(), ""
    try:
        cell, protocol = curve.loaded(project), curve.protocol(project)
        # what is looked at needs no losses and fillings; its numbers are the same
        record: Record | None = simulate(cell, protocol, start=curve.start or None, detail=keep is not None)
    except SimulationError as failure:
        record, error = failure.record, str(failure)
    except HeterofilmError as failure:
        record, error = None, str(failure)
    seconds = time.perf_counter() - began
    if record is None:
        return None, seconds, error
    if keep is not None and not error:
        record.write(keep)
    content = {"frame": record.frame, "meta": record.meta, "steps": record.steps, "impedance": record.impedance}
    return content, seconds, error


def _found(question: Question, project: Path) -> tuple[Answered | None, float, str]:
    began = time.perf_counter()
    try:
        found, error = question.answered(project), ""
    except HeterofilmError as failure:
        found, error = None, str(failure)
    except MemoryError:
        found, error = None, "This needs more memory than there is."
    return found, time.perf_counter() - began, error


def main(project: str) -> None:
    """Answer until nobody asks any more."""
    threading.Thread(target=_watch, args=(os.getppid(),), daemon=True).start()
    answers, questions = os.fdopen(os.dup(1), "wb"), sys.stdin.buffer
    os.dup2(2, 1)  # what a library prints is no answer
    from ...engine.build import STEPS, prepare

    prepare(*STEPS)
    while True:
        try:
            wanted, keep = _got(questions)
        except EOFError:
            return
        if isinstance(wanted, Curve):
            _put(answers, _answer(wanted, keep, Path(project)))
        else:
            _put(answers, _found(wanted, Path(project)))


if __name__ == "__main__":
    main(sys.argv[1])
