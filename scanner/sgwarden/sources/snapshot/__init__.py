"""The live model as a versioned document, written and read."""
