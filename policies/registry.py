"""The one list of policies, in the order in which they are shown."""

from __future__ import annotations

from policies.policy import Policy
from policies.security_groups.dangling_group_reference import DanglingGroupReference
from policies.security_groups.default_group_not_empty import DefaultGroupNotEmpty
from policies.security_groups.everything_open import EverythingOpen
from policies.security_groups.inline_and_separate_rules import InlineAndSeparateRules
from policies.security_groups.internet_by_sum import InternetBySum
from policies.security_groups.missing_description import MissingDescription
from policies.security_groups.network_acl_admin_port import NetworkAclAdminPort
from policies.security_groups.open_admin_port import OpenAdminPort
from policies.security_groups.open_group_on_public_resource import OpenGroupOnPublicResource
from policies.security_groups.open_high_risk_port import OpenHighRiskPort
from policies.security_groups.open_prefix_list import OpenPrefixList
from policies.security_groups.open_unlisted_port import OpenUnlistedPort
from policies.security_groups.redundant_rule import RedundantRule
from policies.security_groups.unrestricted_egress import UnrestrictedEgress

POLICIES: tuple[Policy, ...] = (
    OpenGroupOnPublicResource(),
    EverythingOpen(),
    OpenAdminPort(),
    OpenHighRiskPort(),
    OpenPrefixList(),
    InternetBySum(),
    OpenUnlistedPort(),
    NetworkAclAdminPort(),
    DefaultGroupNotEmpty(),
    InlineAndSeparateRules(),
    DanglingGroupReference(),
    UnrestrictedEgress(),
    RedundantRule(),
    MissingDescription(),
)
