"""JSON documents that users hand in: their kind by content, and what the AWS CLI printed."""
