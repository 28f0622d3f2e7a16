"""The trained model: features of a text, encoders, heads, and their forward pass without torch."""
