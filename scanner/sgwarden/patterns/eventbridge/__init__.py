"""EventBridge event patterns: parsed into formulas over the events that EventBridge makes of CloudTrail records."""
