"""Write what a monitoring chain lacks: Terraform, CloudFormation, EventBridge, KQL, AWS CLI."""
