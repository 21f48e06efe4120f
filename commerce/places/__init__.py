"""Places and the stock in them."""
