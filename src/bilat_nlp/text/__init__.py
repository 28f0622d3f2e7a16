"""From characters to words, sentences and a language; knows nothing of events."""
