"""Who is on the other end: sessions, roles, verification."""
