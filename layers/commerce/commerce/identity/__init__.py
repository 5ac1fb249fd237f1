"""Who is calling: signing keys, tokens, passwords, logins, and whether a token still counts."""
