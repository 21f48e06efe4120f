"""Every change that can be made to the shop, and the one way to make it."""
