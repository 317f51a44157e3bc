"""The public Python API: the same reading and judging as that of the commands.

>>> from sgwarden.api import inventory, scan
>>> scan("live/prod").check()
>>> inventory("live/prod").only_open_to_internet("aws_security_group.lb")

Whatever stands here keeps its name and meaning; everything else of the package may change. Errors of use and of input
are ``sgwarden.errors.SgwardenError``; checks that fail raise ``Violation``, an AssertionError.
"""

from __future__ import annotations

from sgwarden.api.assertions import Undecided, Violation
from sgwarden.api.functions import drift, inventory, load_policies, plan, scan
from sgwarden.api.group import Group, Opening
from sgwarden.api.inventory import Inventory, NoSuchGroup
from sgwarden.api.plan_diff import PlanSides, Widening
from sgwarden.api.results import Drift, Result
from sgwarden.errors import InputError, SgwardenError, UsageError
from sgwarden.findings import Finding, Report, Severity, Verdict
from sgwarden.model.addresses import AddressSet, PortSet
from sgwarden.settings import Settings

__all__ = [
    "AddressSet",
    "Drift",
    "Finding",
    "Group",
    "InputError",
    "Inventory",
    "NoSuchGroup",
    "Opening",
    "PlanSides",
    "PortSet",
    "Report",
    "Result",
    "Settings",
    "Severity",
    "SgwardenError",
    "Undecided",
    "UsageError",
    "Verdict",
    "Violation",
    "Widening",
    "drift",
    "inventory",
    "load_policies",
    "plan",
    "scan",
]
