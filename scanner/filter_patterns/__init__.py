"""CloudWatch Logs filter patterns: parsed, printed, evaluated on log events, and decided over events' shapes."""
