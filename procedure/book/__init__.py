"""What the files say: people, severities, tiers, rotas, the authority table, the complaint path."""
