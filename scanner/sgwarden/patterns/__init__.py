"""Languages that select CloudTrail records: filter patterns, EventBridge patterns and KQL."""
