"""Training the model: settings, the folder of a run, checkpoints that a run goes on from, and the card of what it gives."""
