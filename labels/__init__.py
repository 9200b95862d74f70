"""Paper out: stocks, layouts and rendering of labels."""
