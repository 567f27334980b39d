"""Every address of the site, or the file that has it."""

urlpatterns: list = []
