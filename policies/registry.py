"""The one list of policies, in the order in which they are shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policies.monitoring.unnoticed_bucket_policy_changes import UnnoticedBucketPolicyChanges
from policies.monitoring.unnoticed_cloudtrail_changes import UnnoticedCloudtrailChanges
from policies.monitoring.unnoticed_config_changes import UnnoticedConfigChanges
from policies.monitoring.unnoticed_denied_calls import UnnoticedDeniedCalls
from policies.monitoring.unnoticed_exposure_changes import UnnoticedExposureChanges
from policies.monitoring.unnoticed_gateway_changes import UnnoticedGatewayChanges
from policies.monitoring.unnoticed_iam_policy_changes import UnnoticedIamPolicyChanges
from policies.monitoring.unnoticed_key_deletion import UnnoticedKeyDeletion
from policies.monitoring.unnoticed_network_acl_changes import UnnoticedNetworkAclChanges
from policies.monitoring.unnoticed_organization_changes import UnnoticedOrganizationChanges
from policies.monitoring.unnoticed_root_use import UnnoticedRootUse
from policies.monitoring.unnoticed_route_table_changes import UnnoticedRouteTableChanges
from policies.monitoring.unnoticed_security_group_changes import UnnoticedSecurityGroupChanges
from policies.monitoring.unnoticed_sign_in_failures import UnnoticedSignInFailures
from policies.monitoring.unnoticed_sign_in_without_mfa import UnnoticedSignInWithoutMfa
from policies.monitoring.unnoticed_vpc_changes import UnnoticedVpcChanges
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

if TYPE_CHECKING:
    from policies.policy import Policy

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
    UnnoticedSecurityGroupChanges(),
    UnnoticedExposureChanges(),
    UnnoticedDeniedCalls(),
    UnnoticedSignInWithoutMfa(),
    UnnoticedRootUse(),
    UnnoticedIamPolicyChanges(),
    UnnoticedCloudtrailChanges(),
    UnnoticedSignInFailures(),
    UnnoticedKeyDeletion(),
    UnnoticedBucketPolicyChanges(),
    UnnoticedConfigChanges(),
    UnnoticedNetworkAclChanges(),
    UnnoticedGatewayChanges(),
    UnnoticedRouteTableChanges(),
    UnnoticedVpcChanges(),
    UnnoticedOrganizationChanges(),
)
