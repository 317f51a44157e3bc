"""Conditions on JSON documents: true of one document, or decided over all that a shape allows.

The languages that select CloudTrail records (CloudWatch Logs filter patterns, EventBridge event patterns, KQL)
all compile to the formulas of this package, so that there is one evaluator and one decision procedure.
"""
