"""What is missing of a monitoring chain, written out: Terraform, CloudFormation, EventBridge, KQL, AWS CLI."""
