"""Imports what a shop imports, for servers to be forked from."""

import gc

gc.disable()

import sentence_transformers  # noqa: E402

import server  # noqa: E402
from language.places import cities  # noqa: E402

assert sentence_transformers and server
cities()
gc.collect()
gc.freeze()
gc.enable()
