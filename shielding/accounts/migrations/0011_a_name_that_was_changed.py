"""When and by whom a name was changed is kept with what else was done with the account.

Filled once from the entries of before, so that no page has to read the logbook. One that is not as
the product writes it, or names nobody who has an account, is passed over.
"""

from django.db import migrations, models

FILL = """
INSERT INTO accounts_accountchange (person_id, change, at, by_id)
SELECT person.id, 'renamed', entry.at, actor.id
FROM logbook_entry entry
JOIN accounts_user person ON entry.facts = format('{"person":"%s"}', person.uid)
JOIN accounts_user actor ON actor.uid = entry.actor
WHERE entry.event = 'person_renamed' AND actor.id <> person.id ORDER BY entry.id
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0010_who_counts_as_vouched_for_is_an_entry"),
        ("logbook", "0001_entry"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="accountchange",
            name="account_change_known",
        ),
        migrations.RemoveConstraint(
            model_name="mail",
            name="mail_kind_known",
        ),
        migrations.AlterField(
            model_name="accountchange",
            name="change",
            field=models.CharField(
                choices=[
                    ("made", "Made"),
                    ("suspended", "Suspended"),
                    ("reactivated", "Let be used again"),
                    ("readdressed", "Given another e-mail address"),
                    ("vouched", "Vouched for by a call"),
                    ("renamed", "Given another name"),
                ],
                max_length=16,
            ),
        ),
        migrations.AddConstraint(
            model_name="accountchange",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "change__in",
                        ["made", "suspended", "reactivated", "readdressed", "vouched", "renamed"],
                    )
                ),
                name="account_change_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="mail",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        [
                            "changed",
                            "duty",
                            "hand_over",
                            "invitation",
                            "name_changed",
                            "password_reset",
                        ],
                    )
                ),
                name="mail_kind_known",
            ),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
