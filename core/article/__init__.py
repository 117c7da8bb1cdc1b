"""The article behind the bundled cohort: its statements as code, what is reconstructed from them, what it claims."""
