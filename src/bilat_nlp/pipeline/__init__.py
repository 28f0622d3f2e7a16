"""The stages as spaCy components, and their order."""
