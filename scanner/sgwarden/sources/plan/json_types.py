"""The parts of plan and state JSON that are read, as msgspec types; everything else is passed over undecoded."""

from __future__ import annotations

from typing import Any

from msgspec import Raw, Struct, field

NULL = Raw(b"null")


class Change(Struct, gc=False):
    """What happens to one instance."""

    actions: list[str]
    before: Raw = NULL
    after: Raw = NULL
    after_unknown: Raw = NULL
    before_sensitive: Raw = NULL
    after_sensitive: Raw = NULL


class ResourceChange(Struct, gc=False):
    """One entry of ``resource_changes``."""

    address: str
    type: str
    name: str
    change: Change
    mode: str = "managed"
    index: int | str | None = None
    module_address: str = ""
    provider_name: str = ""
    deposed: str = ""


class DeferredChange(Struct):
    """One entry of ``deferred_changes``."""

    reason: str
    resource_change: ResourceChange


class ShownResource(Struct, gc=False):
    """A resource as ``planned_values``, ``prior_state`` and ``terraform show -json`` of a state give it."""

    address: str
    type: str
    name: str
    mode: str = "managed"
    index: int | str | None = None
    provider_name: str = ""
    values: Raw = NULL
    sensitive_values: Raw = NULL
    tainted: bool = False
    deposed_key: str = ""


class ShownModule(Struct):
    """A module instance and those below it."""

    address: str = ""
    resources: list[ShownResource] = field(default_factory=list)
    child_modules: list[ShownModule] = field(default_factory=list)


class Values(Struct):
    """``planned_values`` or ``values``."""

    root_module: ShownModule = field(default_factory=ShownModule)


class PriorState(Struct):
    """``prior_state``."""

    values: Values = field(default_factory=Values)


class ConfigResource(Struct):
    """One resource block of the configuration."""

    address: str
    expressions: dict[str, Any] = field(default_factory=dict)
    provider_config_key: str = ""
    for_each_expression: Any = None
    count_expression: Any = None
    enabled_expression: Any = None
    mode: str = "managed"
    type: str = ""

    @property
    def is_repeated(self) -> bool:
        """Return True if the number of instances hangs on an expression."""
        return not (self.for_each_expression is self.count_expression is self.enabled_expression is None)


class ConfigOutput(Struct):
    """One output of a module."""

    expression: Any = None


class ConfigModule(Struct):
    """A module of the configuration."""

    resources: list[ConfigResource] = field(default_factory=list)
    module_calls: dict[str, ModuleCall] = field(default_factory=dict)
    outputs: dict[str, ConfigOutput] = field(default_factory=dict)


class ModuleCall(Struct):
    """A module block."""

    expressions: dict[str, Any] = field(default_factory=dict)
    module: ConfigModule = field(default_factory=ConfigModule)
    for_each_expression: Any = None
    count_expression: Any = None
    enabled_expression: Any = None

    @property
    def is_repeated(self) -> bool:
        """Return True if the number of instances hangs on an expression."""
        return not (self.for_each_expression is self.count_expression is self.enabled_expression is None)


class ProviderConfig(Struct):
    """A provider block."""

    expressions: dict[str, Any] = field(default_factory=dict)


class Configuration(Struct):
    """``configuration``."""

    root_module: ConfigModule = field(default_factory=ConfigModule)
    provider_config: dict[str, ProviderConfig] = field(default_factory=dict)


class Variable(Struct):
    """The value of a root variable."""

    value: Any = None


class Plan(Struct):
    """A plan document."""

    format_version: str = ""
    errored: bool = False
    complete: bool | None = None
    variables: dict[str, Variable] = field(default_factory=dict)
    planned_values: Values = field(default_factory=Values)
    prior_state: PriorState = field(default_factory=PriorState)
    resource_changes: list[ResourceChange] = field(default_factory=list)
    deferred_changes: list[DeferredChange] = field(default_factory=list)
    configuration: Configuration = field(default_factory=Configuration)


class ShownState(Struct):
    """``terraform show -json`` of a state."""

    format_version: str = ""
    values: Values = field(default_factory=Values)


class StateInstance(Struct, gc=False):
    """One instance of a state file."""

    attributes: Raw = NULL
    index_key: int | str | None = None
    status: str = ""
    deposed: str = ""
    sensitive_attributes: Raw = NULL


class StateResource(Struct):
    """One resource of a state file."""

    mode: str
    type: str
    name: str
    instances: list[StateInstance] = field(default_factory=list)
    module: str = ""
    provider: str = ""


class State(Struct):
    """A state file of version 4."""

    version: int
    resources: list[StateResource] | None = None
