"""What is true of the world whatever language speaks of it: states, intergovernmental organisations, people."""
