"""What all figures share: grammar, colours and type, the axis of months, files."""
