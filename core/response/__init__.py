"""Response: best response and the rates made from it, by group, and their faces."""
