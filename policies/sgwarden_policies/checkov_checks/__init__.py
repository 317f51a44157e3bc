"""What ``checkov --external-checks-dir`` loads; Checkov executes each file here as a module of its own."""
