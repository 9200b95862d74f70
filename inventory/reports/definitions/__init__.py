"""Reports that auditors have defined once and run again and again: name, language, period, filter, in versions."""
