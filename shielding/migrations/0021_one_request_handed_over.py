"""One request alone may be handed over: what a file put to the wrong practitioner."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("shielding", "0020_from_which_file")]

    operations = [
        migrations.AddField(
            "handover",
            "only",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="shielding.hold",
            ),
        ),
    ]
