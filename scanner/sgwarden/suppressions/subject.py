"""What a suppression may be about: a finding, or a difference of a drift."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct, field

from sgwarden.model.locations import Location


class Subject(Struct, frozen=True):
    """One finding or difference; what is not known stays empty and meets no criterion."""

    policy: str
    """Of a difference of a drift: ``drift``."""
    address: str = ""
    """Of the resource to change; an id where there is no address."""
    security_group: str | None = None
    """Address or id of its group."""
    kinds: tuple[str, ...] = ()
    """The kind of the source (``hcl``, ``plan``, ``state``, ``snapshot``, ``live``) or of the difference."""
    id: str | None = None
    """Id of the security group."""
    account: str | None = None
    region: str | None = None
    tags: Mapping[str, str] = field(default_factory=dict)
    location: Location | None = None
    """Where the code states it; its file relative to the working directory."""
    directory: str | None = None
    """Directory of the root module, relative to the working directory; None: there is no code."""
    root: str = ""
    """The root module, plan or state, as shown to the user."""
    ports: frozenset[int] | None = None
    """The ports that the finding is about, where it is about ports."""
    about_rule: bool = False
    """Whether the finding is about one rule."""
    elements: tuple[Location, ...] = ()
    """The elements of lists and entries of maps that it is certainly made of."""
    addresses: tuple[str, ...] = ()
    """Of a difference: everything that declares what differs."""
    name: str = ""
    """Of a difference: the name of the group."""
    description: str = ""
    """Of a difference: that of the rule, the live one where there is one."""
    direction: str = ""
    fingerprint: str = ""
