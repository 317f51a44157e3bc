"""Measure whole processes in turn, so that a machine that slows down slows all of them."""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Command:
    """A command; ``before`` is called, not timed, before each run."""

    name: str
    arguments: Sequence[str]
    environment: Mapping[str, str] | None = None
    before: Callable[[], None] | None = None
    directory: str | None = None


@dataclass(frozen=True, slots=True)
class Figures:
    """Seconds of wall clock and processor, and the peak resident memory in MiB, one entry a run."""

    wall: list[float]
    cpu: list[float]
    memory: list[float]


def measure(commands: Sequence[Command], runs: int) -> dict[str, Figures]:
    """Run the commands A B C A B C ...; their output is discarded."""
    figures = {command.name: Figures([], [], []) for command in commands}
    for _ in range(runs):
        for command in commands:
            if command.before is not None:
                command.before()
            wall, cpu, memory = _run(command)
            figures[command.name].wall.append(wall)
            figures[command.name].cpu.append(cpu)
            figures[command.name].memory.append(memory)
    return figures


def _run(command: Command) -> tuple[float, float, float]:
    environment = {**os.environ, **(command.environment or {})}
    start = time.perf_counter()
    process = subprocess.Popen(
        command.arguments,
        env=environment,
        cwd=command.directory,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    _, _, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    return wall, usage.ru_utime + usage.ru_stime, _mebibytes(usage)


def _mebibytes(usage: resource.struct_rusage) -> float:
    return usage.ru_maxrss / 1024


def show(title: str, figures: Mapping[str, Figures], base: str) -> None:
    """Print a row for each command: medians with extremes, and the ratio to the command ``base``."""
    print(f"\n{title}")
    reference = statistics.median(figures[base].wall)
    for name, figure in figures.items():
        wall, cpu = statistics.median(figure.wall), statistics.median(figure.cpu)
        extremes = f"{min(figure.wall):.3f}..{max(figure.wall):.3f}"
        ratio = f"{wall / reference:8.2f} x {base}"
        print(f"  {name:34} wall {wall:8.3f} s ({extremes}) cpu {cpu:8.3f} s  {max(figure.memory):6.0f} MiB {ratio}")
