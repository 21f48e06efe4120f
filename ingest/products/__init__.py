"""Products from a Shopify export.

    python -m ingest products --in FILE.csv [--source NAME]

A column that is not in the file leaves what the shop has as it is; nothing is ever deleted. Everything is loaded in
one transaction.
"""
