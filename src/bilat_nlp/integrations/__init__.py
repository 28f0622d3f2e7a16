"""Other people's libraries beside and in place of our own stages; each is an extra, and nothing here is imported before it is asked for."""
