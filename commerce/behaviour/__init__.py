"""What shoppers do on the shop's pages."""
