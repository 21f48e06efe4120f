"""What every layer stands on: settings, database, errors, ids, money, clock, telemetry."""
