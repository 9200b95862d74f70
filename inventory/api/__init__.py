"""The programs' door: django-ninja routers, one a stage."""
