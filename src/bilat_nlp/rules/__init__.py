"""Rules: triggers, the roles that case and position give, modality."""
