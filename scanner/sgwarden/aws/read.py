"""Everything of every account and region, in parallel; what is refused is noted and the rest goes on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import partial

from sgwarden.aws import monitoring, network, pool
from sgwarden.aws.accounts import AccountSelection, reach
from sgwarden.aws.answers import Documents
from sgwarden.aws.calls import Account, Log
from sgwarden.aws.failures import NotRead
from sgwarden.errors import UsageError

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


def read(selection: AccountSelection, step: Step = lambda _: None, with_monitoring: bool = True) -> Reading:
    """Read all that is wanted; ``step`` is told of each place that is done.

    Raises SgwardenError when nothing can be read at all (no credentials, expired ones).
    """
    reading = Reading()
    try:
        reached = reach(selection, reading.log)
        reading.not_read += reached.not_reached
        reading.left_out += reached.left_out
        regions = _regions(reading, reached.accounts, selection)
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


def _regions(reading: Reading, accounts: Sequence[Account], selection: AccountSelection) -> list[tuple[Account, str]]:
    """Return every account with each enabled region that the user selected."""
    found: list[tuple[Account, str]] = []
    for number, names in pool.run_all([partial(_listed, account) for account in accounts]):
        account = accounts[number]
        if selection.regions:
            found += [(account, region) for region in _named_regions(reading, account, selection.regions, names)]
        elif isinstance(names, NotRead):
            reading.not_read.append((account.id, f"its regions cannot be listed: {names}; name them with --region"))
        else:
            found += [(account, name) for name, enabled in names.items() if enabled]
    return sorted(found, key=lambda item: (item[0].id, item[1]))


def _named_regions(
    reading: Reading, account: Account, named: Sequence[str], listed: Mapping[str, bool] | NotRead
) -> Iterator[str]:
    """Yield the regions that the user names; note a disabled one. Raises UsageError for an unknown one."""
    for name in named:
        if isinstance(listed, NotRead):
            yield name  # a region that cannot be read is reported later
        elif name not in listed:
            near = get_close_matches(name, listed, n=1)
            hint = f"did you mean {near[0]}?" if near else "`aws ec2 describe-regions --all-regions` lists them"
            raise UsageError(f"--region {name}: there is no such region", next_step=hint)
        elif listed[name]:
            yield name
        else:
            reading.not_read.append((f"{account.id}/{name}", "the region is not enabled for the account"))


def _listed(account: Account) -> dict[str, bool] | NotRead:
    """Return every region, with True if it is enabled."""
    try:
        regions = account.call("ec2", account.home, "describe_regions", AllRegions=True)["Regions"]
    except NotRead as error:
        return error
    return {
        str(region["RegionName"]): region.get("OptInStatus") != "not-opted-in"
        for region in sorted(regions, key=lambda region: str(region["RegionName"]))
    }
