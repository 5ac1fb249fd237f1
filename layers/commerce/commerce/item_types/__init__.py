"""What the store declares of orders, lines and addresses, as administrators read it."""
