"""The mail server of the worker's tests."""

SMTP = "django.core.mail.backends.smtp.EmailBackend"
