"""Language models: an OpenAI-compatible one, or the embedded one that understands, plans and writes."""
