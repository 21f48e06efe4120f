"""How well questions about the policies find the clause that answers them."""
