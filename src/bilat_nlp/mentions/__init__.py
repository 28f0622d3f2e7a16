"""Mentions: states, organisations, people and dates in the text, and the codes that they stand for."""
