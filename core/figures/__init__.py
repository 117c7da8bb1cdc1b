"""What all figures share: grammar, frame, colours and type, the axis of months, files."""
