"""EventBridge event patterns, as formulas over the events made of CloudTrail records."""
