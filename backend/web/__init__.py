"""The shell around every page: frame, look, form rendering and the pages that say no."""
