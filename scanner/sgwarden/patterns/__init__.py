"""Languages that select CloudTrail records: CloudWatch filter patterns, EventBridge patterns and KQL, as formulas."""
