"""The terminal: errors in one line, colours, broken pipes, Ctrl-C, and files written whole or not at all."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TextIO

from msgspec import Struct

from sgwarden.cli.exit_codes import ExitCode
from sgwarden.cli.progress import Progress as ProgressLine
from sgwarden.errors import SgwardenError, UsageError
from sgwarden.reports.parts.sanitize import escape_controls, safe_for_log
from sgwarden.run.options import NoProgress, Progress


class ExitStatus(Struct):
    """The exit code of the guarded block."""

    code: int = ExitCode.OK


@contextmanager
def guarded() -> Iterator[ExitStatus]:
    """Turn every way a command can end into an exit code; only argparse's SystemExit passes through."""
    status = ExitStatus()
    try:
        yield status
        sys.stdout.flush()
    except SgwardenError as error:
        complain(str(error))
        status.code = ExitCode.USAGE
    except KeyboardInterrupt:
        complain("interrupted")
        status.code = ExitCode.INTERRUPTED
    except BrokenPipeError:
        _silence_stdout()  # the reader has seen enough; the verdict still counts
    except Exception as error:  # the outermost line of defence
        if os.environ.get("SGWARDEN_TRACEBACK"):
            raise
        complain(
            f"internal error: {type(error).__name__}: {error}; this is a fault of sgwarden, "
            "set SGWARDEN_TRACEBACK=1 for the traceback and report it"
        )
        status.code = ExitCode.INCOMPLETE


def complain(message: str) -> None:
    """Write one line on stderr; names in it steer neither a terminal nor a CI server."""
    print(f"sgwarden: {safe_for_log(escape_controls(' '.join(message.split())))}", file=sys.stderr)


def write_stdout(text: str) -> None:
    """Print a whole document; characters that the terminal's encoding lacks are escaped, not fatal."""
    encoding = sys.stdout.encoding or "utf-8"
    sys.stdout.write(text.encode(encoding, "backslashreplace").decode(encoding))


def wants_color(stream: TextIO, no_color: bool) -> bool:
    """Return True if a stream gets colours.

    ``--no-color`` and NO_COLOR win over FORCE_COLOR, which wins over what the stream is.

    https://no-color.org and https://force-color.org: any non-empty value counts.
    """
    if no_color or os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return stream.isatty() and os.environ.get("TERM") != "dumb"


def write_file(path: str, content: str | bytes, *, private: bool = False) -> None:
    """Write a file whole or not at all: to a temporary neighbour first, then renamed.

    A ``private`` one is for the user alone when it is new.
    Raises UsageError when the place cannot be written.
    """
    import tempfile  # imported late: slow to import, and most runs write no file

    data = content if isinstance(content, bytes) else content.encode()
    target = Path(path)
    temporary = ""
    try:
        if target.exists() and not target.is_file():  # /dev/stdout, a named pipe: nothing to rename
            target.write_bytes(data)
            return
        handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
        mode = target.stat().st_mode & 0o777 if target.exists() else 0o600 if private else 0o666 & ~_umask()
        Path(temporary).chmod(mode)
        Path(temporary).replace(target)
    except BaseException as error:  # Ctrl-C too must leave nothing half-written
        if temporary:
            with suppress(OSError):
                Path(temporary).unlink(missing_ok=True)
        if not isinstance(error, OSError):
            raise
        raise UsageError(
            f"cannot write the report: {error.strerror or error}", path, "choose a place that can be written"
        ) from error


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _silence_stdout() -> None:
    """Point stdout at nothing, so that the interpreter's last flush does not complain."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


@contextmanager
def progress(wanted: bool) -> Iterator[Progress]:
    """Show a line on stderr while a run lasts, for a terminal alone; it is taken away again in the end."""
    if not wanted or not sys.stderr.isatty():
        yield NoProgress()
        return
    shown = ProgressLine()
    try:
        yield shown
    finally:
        shown.done()
