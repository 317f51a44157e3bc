"""Parts that several report formats share: escaping, Markdown, terminal style, source excerpts."""
