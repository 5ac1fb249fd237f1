"""What an address is, for profiles, orders and organizations: its members, where it lies, what it needs, its phone."""
