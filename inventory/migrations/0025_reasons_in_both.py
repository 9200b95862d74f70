"""The reasons of a round's decision stand in both languages: one column each."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("inventory", "0024_round_decision")]

    operations = [
        migrations.RemoveConstraint(model_name="rounddecision", name="a_round_decision_has_reasons"),
        migrations.RenameField(model_name="rounddecision", old_name="reasons", new_name="reasons_fr"),
        migrations.AddField(
            model_name="rounddecision",
            name="reasons_nl",
            field=models.TextField(default="–"),
            preserve_default=False,
        ),
        migrations.AddConstraint(
            model_name="rounddecision",
            constraint=models.CheckConstraint(
                condition=~Q(reasons_fr="") & ~Q(reasons_nl="") & ~Q(number=""), name="a_round_decision_has_reasons"
            ),
        ),
    ]
