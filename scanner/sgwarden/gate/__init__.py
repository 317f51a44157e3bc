"""What a change brings: two assessments compared by what findings are about, never by where they stand."""
