"""What the shop knows: policies, procedures and products, and how to find the right piece of it."""
