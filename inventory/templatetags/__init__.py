"""The desk's own words for templates."""
