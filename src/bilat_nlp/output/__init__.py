"""Documents out: rows for spreadsheets, tables for the eye, files written whole or not at all."""
