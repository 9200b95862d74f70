"""Renders every form of the house alike, so that no template spells out a field by hand."""

from django.forms.renderers import TemplatesSetting


class RelaisRenderer(TemplatesSetting):
    """Label, hint, error, field: always in this order and always tied together for screen readers.

    Named in the setting FORM_RENDERER; needs "django.forms" among the installed applications.
    """

    form_template_name = "web/form.html"
    field_template_name = "web/parts/field.html"
