"""The demonstration city: invented people, devices and associations, brought to life by the real commands."""
