"""Personal data: which fields hold it and why, what people may ask, and when it goes."""
