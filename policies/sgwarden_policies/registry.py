"""The one list of policies, in the order of reports."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sgwarden_policies.monitoring.unnoticed_bucket_policy_changes import UnnoticedBucketPolicyChanges
from sgwarden_policies.monitoring.unnoticed_cloudtrail_changes import UnnoticedCloudtrailChanges
from sgwarden_policies.monitoring.unnoticed_config_changes import UnnoticedConfigChanges
from sgwarden_policies.monitoring.unnoticed_denied_calls import UnnoticedDeniedCalls
from sgwarden_policies.monitoring.unnoticed_exposure_changes import UnnoticedExposureChanges
from sgwarden_policies.monitoring.unnoticed_gateway_changes import UnnoticedGatewayChanges
from sgwarden_policies.monitoring.unnoticed_iam_policy_changes import UnnoticedIamPolicyChanges
from sgwarden_policies.monitoring.unnoticed_key_deletion import UnnoticedKeyDeletion
from sgwarden_policies.monitoring.unnoticed_network_acl_changes import UnnoticedNetworkAclChanges
from sgwarden_policies.monitoring.unnoticed_organization_changes import UnnoticedOrganizationChanges
from sgwarden_policies.monitoring.unnoticed_root_use import UnnoticedRootUse
from sgwarden_policies.monitoring.unnoticed_route_table_changes import UnnoticedRouteTableChanges
from sgwarden_policies.monitoring.unnoticed_security_group_changes import UnnoticedSecurityGroupChanges
from sgwarden_policies.monitoring.unnoticed_sign_in_failures import UnnoticedSignInFailures
from sgwarden_policies.monitoring.unnoticed_sign_in_without_mfa import UnnoticedSignInWithoutMfa
from sgwarden_policies.monitoring.unnoticed_vpc_changes import UnnoticedVpcChanges
from sgwarden_policies.security_groups.dangling_group_reference import DanglingGroupReference
from sgwarden_policies.security_groups.default_group_not_empty import DefaultGroupNotEmpty
from sgwarden_policies.security_groups.everything_open import EverythingOpen
from sgwarden_policies.security_groups.inline_and_separate_rules import InlineAndSeparateRules
from sgwarden_policies.security_groups.internet_by_sum import InternetBySum
from sgwarden_policies.security_groups.missing_description import MissingDescription
from sgwarden_policies.security_groups.network_acl_admin_port import NetworkAclAdminPort
from sgwarden_policies.security_groups.open_admin_port import OpenAdminPort
from sgwarden_policies.security_groups.open_group_on_public_resource import OpenGroupOnPublicResource
from sgwarden_policies.security_groups.open_high_risk_port import OpenHighRiskPort
from sgwarden_policies.security_groups.open_prefix_list import OpenPrefixList
from sgwarden_policies.security_groups.open_unlisted_port import OpenUnlistedPort
from sgwarden_policies.security_groups.redundant_rule import RedundantRule
from sgwarden_policies.security_groups.unrestricted_egress import UnrestrictedEgress

if TYPE_CHECKING:
    from sgwarden_policies.policy import Policy

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
