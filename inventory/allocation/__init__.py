"""Who gets what: decisions with reasons and the reservation of devices."""
