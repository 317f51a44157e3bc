"""Everything of every account and region, in parallel; what is refused is noted and the rest goes on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial

from scanner.aws import monitoring, network, pool
from scanner.aws.accounts import Wanted, reach
from scanner.aws.calls import Account, Log
from scanner.aws.documents import Documents
from scanner.aws.failures import NotRead

Step = Callable[[str], None]


@dataclass(slots=True)
class Reading:
    """What a run read."""

    places: list[Documents] = field(default_factory=list)
    """Sorted by account, then region."""
    not_read: list[tuple[str, str]] = field(default_factory=list)
    """Whole accounts that were not read, with the reason."""
    left_out: list[tuple[str, str]] = field(default_factory=list)
    log: Log = field(default_factory=Log)


def read(wanted: Wanted, step: Step = lambda _: None, with_monitoring: bool = True) -> Reading:
    """Read all that is wanted; ``step`` is told of each place that is done.

    Raises SgwardenError when nothing can be read at all (no credentials, expired ones).
    """
    reading = Reading()
    try:
        reached = reach(wanted, reading.log)
        reading.not_read += reached.not_reached
        reading.left_out += reached.left_out
        regions = _regions(reading, reached.accounts, wanted)
        places = {(account.id, region): Documents(account.id, region) for account, region in regions}
        readers: list[Callable[[Account, str], Documents]] = [network.read_groups, network.read_surroundings]
        if with_monitoring:
            readers.append(monitoring.reader([region for _, region in regions]))
        jobs = [(account, region, reader) for reader in reversed(readers) for account, region in regions]
        tasks = [partial(reader, account, region) for account, region, reader in jobs]
        for _, documents in pool.run_all(tasks):
            places[(documents.account, documents.region)].take(documents)
            step(f"{documents.account}/{documents.region}")
        reading.places = [places[key] for key in sorted(places)]
    except BaseException:
        reading.log.stop()
        raise
    return reading


def _regions(reading: Reading, accounts: Sequence[Account], wanted: Wanted) -> list[tuple[Account, str]]:
    """Every account with each of its regions that is wanted and enabled."""
    if wanted.regions:
        return [(account, region) for account in accounts for region in dict.fromkeys(wanted.regions)]
    found: list[tuple[Account, str]] = []
    for number, names in pool.run_all([partial(_enabled, account) for account in accounts]):
        account = accounts[number]
        if isinstance(names, NotRead):
            reading.not_read.append((account.id, f"its regions cannot be listed: {names}; name them with --region"))
        else:
            found += [(account, region) for region in names]
    return sorted(found, key=lambda item: (item[0].id, item[1]))


def _enabled(account: Account) -> list[str] | NotRead:
    try:
        regions = account.call("ec2", account.home, "describe_regions")["Regions"]
    except NotRead as error:
        return error
    return sorted(str(region["RegionName"]) for region in regions)
