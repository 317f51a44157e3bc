"""Changes of S3 bucket policies do not reach anybody."""

from __future__ import annotations

from sgwarden_policies.control_policy import ControlPolicy, chain_example, control_ids, events_pattern

_PATTERN = events_pattern(
    "PutBucketAcl",
    "PutBucketPolicy",
    "PutBucketCors",
    "PutBucketLifecycle",
    "PutBucketReplication",
    "DeleteBucketPolicy",
    "DeleteBucketCors",
    "DeleteBucketLifecycle",
    "DeleteBucketReplication",
    source="s3.amazonaws.com",
)


class UnnoticedBucketPolicyChanges(ControlPolicy):
    """Control 8 of the monitoring section."""

    number = 8
    id = "unnoticed-bucket-policy-changes"
    title = "Changes of S3 bucket policies do not reach anybody"
    why = "One changed bucket policy can make its content public. An alarm shortens the time in which it is."
    fix = (
        "Mend the link that the finding names. `sgwarden generate monitoring --controls 4.8` writes what is missing, "
        "and with --for PATH only that."
    )
    controls = control_ids(8, "CloudWatch.8")
    bad = chain_example(_PATTERN, complete=False)
    good = chain_example(_PATTERN, complete=True)
