"""Contact is asked for from the day of sending to six calendar months later, in London's days."""

from django.db import migrations

# Django has no words for a moment's day in London, nor for calendar months.
_WITHIN = """
ALTER TABLE brokerage_accessrequest ADD CONSTRAINT access_needed_within_six_months CHECK (
    submitted_at IS NULL OR needed_until IS NULL OR needed_until BETWEEN
        (submitted_at AT TIME ZONE 'Europe/London')::date
        AND (submitted_at AT TIME ZONE 'Europe/London')::date + interval '6 months'
)
"""
_NO_MORE = "ALTER TABLE brokerage_accessrequest DROP CONSTRAINT access_needed_within_six_months"


class Migration(migrations.Migration):
    dependencies = [("brokerage", "0001_access_requests")]

    operations = [migrations.RunSQL(_WITHIN, _NO_MORE)]
