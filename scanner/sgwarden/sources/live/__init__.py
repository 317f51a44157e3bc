"""What AWS answered, into the model."""
