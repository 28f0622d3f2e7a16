"""From event mentions to records: missing parties from the context, mentions of one happening joined."""
