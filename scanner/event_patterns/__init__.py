"""Other languages that select CloudTrail events: EventBridge event patterns and Elastic's detection rules in KQL."""
