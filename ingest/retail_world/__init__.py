"""A shop from the public retail benchmark's three files: users, orders, products.

    python -m ingest retail --in FOLDER [--source NAME]

Everything that is right is loaded in one transaction; what is wrong is refused with its place. Customers and orders
that are there already stay as the shop has them since; products take the file's prices and availability.
"""
