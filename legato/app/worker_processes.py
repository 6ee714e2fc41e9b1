"""The processes of a sweep: each has one case at a time, and if it dies only that case is lost."""

import json
import pickle
import subprocess
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from queue import Queue

from legato.app.sweep_worker import ReplayJob, Result

_BOOT = "import json, sys; sys.path[:] = json.loads(sys.argv[1]); from legato.app.sweep_worker import main; main()"
"""The worker gets the caller's path, so that both use the same Legato; the caller's script is not run again."""


class Workers:
    """Up to `jobs` processes that replay; started for the first cases, ended with the `with` block."""

    def __init__(self, jobs: int) -> None:
        self._threads = ThreadPoolExecutor(jobs, "legato-sweep")
        self._idle: Queue[subprocess.Popen[bytes] | None] = Queue()
        self._started: list[subprocess.Popen[bytes]] = []
        for _ in range(jobs):
            self._idle.put(None)

    def results(self, cases: Sequence[ReplayJob]) -> Iterator[tuple[int, Result]]:
        """The result of each case with its index, as they complete."""
        waiting: dict[Future[Result], int] = {
            self._threads.submit(self._result, case): n for n, case in enumerate(cases)
        }
        for done in as_completed(waiting):
            yield waiting[done], done.result()

    def close(self) -> None:
        """Ends every process, in the middle of a case if necessary."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        for process in self._started:
            process.kill()
        self._threads.shutdown()
        for process in self._started:
            with process:
                pass

    def _result(self, case: ReplayJob) -> Result:
        process = self._idle.get()
        try:
            process = process or self._begun()
            return _asked(process, case)
        except (OSError, EOFError, pickle.UnpicklingError) as error:
            why = error if process is None else f"exit code {process.wait()}"
            process = None
            return Result(error=f"the process replaying it died: {why}")
        finally:
            self._idle.put(process)

    def _begun(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-c", _BOOT, json.dumps(sys.path)]
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # noqa: S603 - our own
        self._started.append(process)
        return process


@contextmanager
def workers(jobs: int) -> Iterator[Workers]:
    """The processes of one sweep; all are ended at exit."""
    made = Workers(jobs)
    try:
        yield made
    finally:
        made.close()


def _asked(process: subprocess.Popen[bytes], case: ReplayJob) -> Result:
    assert process.stdin is not None  # noqa: S101 - both are pipes
    assert process.stdout is not None  # noqa: S101
    pickle.dump(case, process.stdin)
    process.stdin.flush()
    found: Result = pickle.load(process.stdout)  # noqa: S301 - from a process of our own
    return found
